import { i18n } from '@lingui/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../contract/product.ts';
import { nothingTyped, readForm, toApplication } from '../../renderer/application/understand.ts';
import { activateLanguage } from '../../renderer/language/languages.ts';
import { INSTALMENT, PERSONAL } from './fake-model.ts';

activateLanguage('en');
const definition = PERSONAL.product.definition;
type NumberField = Extract<Field, { min: number }>;
const numbers = [INSTALMENT, PERSONAL].flatMap((of) =>
  of.product.definition.fields.filter((field): field is NumberField => 'min' in field),
);

/** What a single field of a form makes of a text. */
function readOne(field: Field, typed: string, locale: string) {
  const read = readForm({ ...definition, fields: [field] }, { [field.id]: typed }, { i18n, locale });
  return 'understood' in read ? read.understood[field.id] : { complaint: read.complaints[field.id] };
}

describe('reading a form', () => {
  it('understands every amount in range as it is written in en, es and de, and refuses every one outside by name', () => {
    const cases = fc.tuple(
      fc.constantFrom(...numbers),
      fc.constantFrom('en', 'es', 'de'),
      fc.integer({ min: -1000, max: 30_000_000 }),
      fc.constantFrom('always' as const, false as const),
    );
    fc.assert(
      fc.property(cases, ([field, locale, value, useGrouping]) => {
        const read = readOne(field, new Intl.NumberFormat(locale, { useGrouping }).format(value), locale);
        if (value >= field.min && value <= field.max) expect(read).toBe(value);
        else expect(read).toEqual({ complaint: expect.stringMatching(/^This must be between/) });
      }),
      { numRuns: 500 },
    );
  });

  it('never takes a text for a number that writing it back would not give', () => {
    fc.assert(
      fc.property(fc.constantFrom(...numbers), fc.constantFrom('en', 'es', 'de'), fc.string({ maxLength: 12 }), (field, locale, typed) => {
        const read = readOne(field, typed, locale);
        if (typeof read === 'number') expect(read).toBeGreaterThanOrEqual(field.min);
        else expect(read === null || typeof read === 'object').toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses decimals in a whole number', () => {
    const whole = numbers.find((field) => field.type === 'integer') as Field;
    expect(readOne(whole, '12.5', 'en')).toEqual({ complaint: 'Write a whole number, without decimals.' });
  });

  it('complains of exactly the fields without which there is no decision when nothing is typed', () => {
    const read = readForm(definition, nothingTyped(definition), { i18n, locale: 'en' });
    const needed = definition.fields.filter((field) => field.whenMissing === 'refuse').map((field) => field.id);
    expect('complaints' in read && Object.keys(read.complaints)).toEqual(needed);
  });

  it('checks e-mail addresses, telephones, days and lengths', () => {
    const named = (id: string) => definition.fields.find((field) => field.id === id) as Field;
    expect(readOne(named('email'), 'nobody', 'en')).toHaveProperty('complaint');
    expect(readOne(named('email'), 'ama@example.org', 'en')).toBe('ama@example.org');
    expect(readOne(named('phone'), 'call me', 'en')).toHaveProperty('complaint');
    expect(readOne(named('birth_date'), '2999-01-01', 'en')).toHaveProperty('complaint');
    expect(readOne(named('birth_date'), 'yesterday', 'en')).toHaveProperty('complaint');
    expect(readOne(named('full_name'), 'x'.repeat(201), 'en')).toEqual({ complaint: 'At most 200 characters.' });
  });

  it('keeps whoever the applicant is apart from everything that is scored', () => {
    const understood = { ...Object.fromEntries(definition.fields.map((field) => [field.id, null])), full_name: 'Ama Osei', amount: 900 };
    const { answers, identity } = toApplication(definition, understood);
    expect(identity).toEqual({ full_name: 'Ama Osei' });
    expect(Object.keys(answers)).not.toContain('full_name');
    expect(answers.amount).toBe(900);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate, typeDate } from '../../renderer/language/parse-date.ts';

describe('reading a day', () => {
  it('reads back every day that it writes, in every order of day, month and year', () => {
    const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.constantFrom('en-GB', 'en-US', 'es', 'de', 'sv', 'hu'), (date, locale) => {
        const iso = date.toISOString().slice(0, 10);
        expect(parseDate(typeDate(iso, locale), locale)).toBe(iso);
        expect(parseDate(iso, locale)).toBe(iso);
      }),
    );
  });

  it('takes day and month in the order of the locale', () => {
    expect(parseDate('3/4/1980', 'en-GB')).toBe('1980-04-03');
    expect(parseDate('3/4/1980', 'en-US')).toBe('1980-03-04');
  });

  it.each(['31/02/1980', '4/3/80', '1980', '32/01/1980', 'yesterday', ''])('refuses %s', (typed) => {
    expect(parseDate(typed, 'en-GB')).toBeNull();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRealDate, readAnswers } from '../../decision/validate.ts';
import { applicationOf, product } from './samples.ts';

const complaintsOf = (answers: Record<string, number | string | null>, identity: Record<string, string> = {}) =>
  readAnswers(product, applicationOf(answers, identity)).complaints;

describe('reading an application', () => {
  it('keeps scored, protected and identifying fields apart', () => {
    const read = readAnswers(product, applicationOf({}, { full_name: 'A. Person' }));
    expect(read.complaints).toEqual({});
    expect(read.answers).toEqual({ amount: 1200, term_months: 12, income: 1000, ratio: 0.5, job: 'fixed', visits: 0 });
    expect(read.protected).toEqual({ age: 40 });
    expect(read.identity).toEqual({ full_name: 'A. Person' });
  });

  it('names the field and its range, never the value', () => {
    const { amount } = complaintsOf({ amount: 777_777 });
    expect(amount).toContain('amount');
    expect(amount).toContain('from 10 to 10000');
    expect(amount).not.toContain('777');
  });

  it.each([
    ['a fraction in a whole-number field', { amount: 12.5 }, 'amount'],
    ['text in a number field', { amount: '1200' }, 'amount'],
    ['NaN', { ratio: Number.NaN }, 'ratio'],
    ['infinity', { ratio: Number.POSITIVE_INFINITY }, 'ratio'],
    ['an option that does not exist', { job: 'astronaut' }, 'job'],
    ['a number for a choice', { job: 1 }, 'job'],
    ['a required field that is missing', { amount: null }, 'amount'],
    ['a required field that is empty', { amount: '' }, 'amount'],
    ['an unknown field', { shoe_size: 43 }, 'shoe_size'],
    ['an identifying field among the answers', { full_name: 'A' }, 'full_name'],
    ['a protected field out of range', { age: 7 }, 'age'],
  ])('refuses %s', (_, answers, field) => {
    expect(Object.keys(complaintsOf(answers))).toEqual([field]);
  });

  it.each([
    ['too long', { full_name: 'x'.repeat(21) }],
    ['with a control character', { full_name: 'a\u0000b' }],
    ['that is no e-mail address', { email: 'nobody' }],
    ['that is no telephone number', { phone: 'call me' }],
    ['that is no date', { birth_date: '1990-02-30' }],
    ['that is no identifying field', { amount: '3' }],
  ])('refuses an identity %s', (_, identity) => {
    expect(Object.keys(complaintsOf({}, identity))).toEqual(Object.keys(identity));
  });

  it('complains of a name that an assignment would swallow', () => {
    const application = applicationOf();
    const answers = JSON.parse('{"__proto__": 1, "amount": 100, "term_months": 12, "ratio": 0}') as Record<string, number>;
    expect(Object.keys(readAnswers(product, { ...application, answers }).complaints)).toEqual(['__proto__']);
  });

  it('refuses an application for another product', () => {
    expect(Object.keys(readAnswers(product, { ...applicationOf(), product: 'other' }).complaints)).toEqual(['product']);
  });

  it('never throws, and never lets a value into a complaint', () => {
    const anything = fc.oneof(fc.double(), fc.string({ minLength: 12 }), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('amount', 'ratio', 'job', 'visits', 'age'), anything), (answers) => {
        const complaints = Object.values(complaintsOf(answers)).join(' ');
        for (const value of Object.values(answers)) if (typeof value === 'string') expect(complaints).not.toContain(value);
      }),
    );
  });

  it('agrees with the calendar about dates', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1900, max: 2100 }),
        (month, day, year) => {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
          const date = new Date(Date.UTC(year, month - 1, day));
          expect(isRealDate(text)).toBe(date.getUTCDate() === day);
        },
      ),
    );
  });
});

/**
 * Reads an amount as a person of this locale writes it, or refuses it by name. A wrong amount is worse than a second try:
 * a text is taken only when writing the number back gives the same text, and never when another country would read it differently.
 */
import { NumberParser } from '@internationalized/number';

export type ParsedNumber =
  | { value: number }
  /** `ambiguous`: `1.234` where the point is the decimal sign, but elsewhere it divides thousands (or the reverse). */
  | { problem: 'not-a-number' | 'ambiguous' };

/** Digits as 0–9; marks of writing direction gone; the spaces and apostrophes that stand between thousands as plain ones; any minus as `-`. */
function normalise(text: string): string {
  return text
    .replace(/[\u200e\u200f\u061c]/g, '')
    .trim()
    .replace(/\p{Nd}/gu, asLatinDigit)
    .replace(/[\u00a0\u202f\u2009]/g, ' ')
    .replace(/[\u2019\u02bc]/g, "'")
    .replace(/[\u2212\u2013]/g, '-');
}

/** Zero of each script whose digits are read: Latin, Arabic, Persian, Devanagari, Bengali, Thai, full width. Others are refused. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];

function asLatinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? digit : String(code - zero);
}

const signs = (locale: string) => {
  const parts = new Intl.NumberFormat(latin(locale), { useGrouping: 'always' }).formatToParts(-12345678.9);
  const find = (type: string) => normaliseSign(parts.find((part) => part.type === type)?.value ?? '');
  return { decimal: find('decimal'), group: find('group') };
};
const normaliseSign = (sign: string) => sign.replace(/[\u00a0\u202f\u2009]/, ' ').replace(/[\u2019\u02bc]/, "'");
/** The same locale with the digits 0–9: the text's own digits have been turned into these. */
const latin = (locale: string) => `${locale.replace(/-u-.*/, '')}-u-nu-latn`;

/**
 * The number that `text` means in `locale`.
 * @param locale BCP 47 tag that decides the decimal sign and the grouping
 */
export function parseNumber(text: string, locale: string): ParsedNumber {
  const written = normalise(text);
  if (!/^-?[0-9., ']+$/.test(written)) return { problem: 'not-a-number' };
  const { decimal } = signs(locale);
  if (isAmbiguous(written, decimal)) return { problem: 'ambiguous' };
  const value = new NumberParser(latin(locale), { style: 'decimal' }).parse(written);
  if (!Number.isFinite(value) || !roundTrips(value, written, decimal, locale)) return { problem: 'not-a-number' };
  return { value };
}

/** One decimal sign with one to three digits before and exactly three behind it reads as thousands where the signs are swapped. */
function isAmbiguous(written: string, decimal: string): boolean {
  const [whole = '', fraction, ...more] = written.replace(/^-/, '').split(decimal);
  return (decimal === '.' || decimal === ',') && more.length === 0 && /^[1-9]\d{0,2}$/.test(whole) && /^\d{3}$/.test(fraction ?? '');
}

function roundTrips(value: number, written: string, decimal: string, locale: string): boolean {
  const digits = written.split(decimal)[1]?.length ?? 0;
  if (written.endsWith(decimal) || digits > 20) return false;
  return (['always', false] as const).some((useGrouping) => {
    const format = new Intl.NumberFormat(latin(locale), { useGrouping, minimumFractionDigits: digits, maximumFractionDigits: digits });
    return normalise(format.format(value)) === written;
  });
}

/** An example of how amounts are written in this locale, for an error's text: `12,345.67`. */
export function numberExample(locale: string, decimals: boolean): string {
  const digits = decimals ? 2 : 0;
  return new Intl.NumberFormat(locale, { useGrouping: 'always', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    decimals ? 12345.67 : 12345,
  );
}

/**
 * Numbers as they stand in files. A cell is either read as the one number that it can mean, or refused with the cause;
 * nothing is guessed. `1,234` is a thousand in one country and little more than one in another: it needs a file that tells.
 */

/** Which sign stands before the decimals in this file; null: no cell has told yet. */
export type DecimalMark = '.' | ',' | null;

/** Why a cell is not a number, for a person; it never repeats what the cell holds. */
export interface NotANumber {
  cause: string;
}

const INTEGER = /^-?\d{1,15}$/;
const DECIMAL = /^-?(\d+)([.,])(\d+)$/;
const SCIENTIFIC = /^-?\d+(?:([.,])\d+)?[eE][+-]?\d{1,4}$/;
const COULD_BE_THOUSANDS = /^-?[1-9]\d{0,2}[.,]\d{3}$/;

/** What a cell tells about the file's decimal mark; null: nothing for certain. */
export function markToldBy(cell: string): DecimalMark {
  const mark = DECIMAL.exec(cell)?.[2] ?? SCIENTIFIC.exec(cell)?.[1] ?? null;
  if (mark === null || COULD_BE_THOUSANDS.test(cell)) return null;
  return mark as DecimalMark;
}

/**
 * The number in a cell that is not empty.
 * @param cell without spaces around it
 * @param mark the file's decimal mark
 */
export function readNumber(cell: string, mark: DecimalMark): number | NotANumber {
  if (INTEGER.test(cell)) return Number(cell);
  const used = DECIMAL.exec(cell)?.[2] ?? SCIENTIFIC.exec(cell)?.[1];
  if (used === undefined && !SCIENTIFIC.test(cell)) return { cause: whyNotANumber(cell) };
  if (used !== undefined) {
    const wrong = whyWrongMark(cell, used, mark);
    if (wrong !== null) return { cause: wrong };
  }
  const value = Number(cell.replace(',', '.'));
  if (!Number.isFinite(value)) return { cause: 'the number is too large to be kept' };
  if (value === 0 && /[1-9]/.test(cell.replace(/[eE].*$/, ''))) return { cause: 'the number is too small to be kept' };
  return value;
}

function whyWrongMark(cell: string, used: string, mark: DecimalMark): string | null {
  if (used === mark) return null;
  const name = used === ',' ? 'a comma' : 'a point';
  if (mark === null)
    return COULD_BE_THOUSANDS.test(cell)
      ? `${name} before three digits may mean thousands or decimals, and the file does not tell which`
      : null;
  if (COULD_BE_THOUSANDS.test(cell)) return `${name} between thousands; write the number without separators`;
  return `decimals after ${name}, where the rest of the file has ${mark === ',' ? 'a comma' : 'a point'}`;
}

const WHY: readonly (readonly [RegExp, string])[] = [
  [/^[=@]/, 'a formula, not a number'],
  [/^\+/, 'starts with +, as a formula does; write the number alone'],
  [/^-?\d{16,}$/, 'more digits than can be kept exactly'],
  [/^[-+]?(inf|infinity|nan)$/i, 'infinite or not a number'],
  [/^(na|n\/a|null|none|nil|nan|unknown|missing|-|\?|\.)$/i, 'a word or sign for a missing value; leave the cell empty instead'],
  [/^-?0[xX][0-9a-fA-F]+$/, 'a hexadecimal number; write it in decimal digits'],
  [/(?![0-9])\p{Nd}/u, 'digits that are not 0-9; write the number in European digits'],
  [/^-?\d{1,3}([.,'’_]\d{3})+([.,]\d+)?$/, 'separators between thousands; write the number without them'],
  [/^-?\d[\d.,]*[\s\u00a0\u202f]+\d/u, 'spaces inside the number; write it without them'],
  [/%$/, 'a percent sign; write the number alone'],
  [/\p{Sc}/u, 'a currency sign; write the number alone'],
];

function whyNotANumber(cell: string): string {
  return WHY.find(([form]) => form.test(cell))?.[1] ?? 'not a number';
}

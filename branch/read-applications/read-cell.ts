/** One cell of a CSV file, understood as a field of the product or refused with a cause. */
import type { Answer } from '../../contract/application.ts';
import type { Field } from '../../contract/product.ts';
import { type DecimalMark, readNumber } from './read-number.ts';

export interface Refused {
  cause: string;
}

/** What may not stand in any cell: a terminal, a spreadsheet or a log would act on it instead of showing it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
/** CSV injection (OWASP): a spreadsheet would calculate what starts so. */
const FORMULA = /^[=+@\t\r]|^-[^\d]/;
const PHONE = /^\+[\d ().-]+$/;
const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;
/** No answer of any form is longer; the field's own length is checked with the application. */
const LONGEST_CELL = 2000;

/**
 * The answer in a cell; null when the cell is empty. Choices are compared letter for letter, and checked against the options
 * together with the whole application.
 */
export function readCell(raw: string, field: Field, mark: DecimalMark): Answer | Refused {
  if (raw === '') return null;
  const cell = trimSpaces(raw);
  if (cell === '') return null;
  const unfit = whyUnfit(cell);
  if (unfit !== null) return { cause: unfit };
  switch (field.type) {
    case 'integer':
    case 'decimal':
      return readNumber(cell, mark);
    case 'choice':
      return FORMULA.test(cell) ? { cause: 'a formula' } : cell;
    case 'date':
      return CALENDAR_DATE.test(cell) ? cell : { cause: 'not a date of the form YYYY-MM-DD' };
    case 'text':
      if (FORMULA.test(cell) && !(field.format === 'phone' && PHONE.test(cell))) return { cause: 'starts as a formula does (= + - @)' };
      return cell;
  }
}

function whyUnfit(cell: string): string | null {
  if (cell.length > LONGEST_CELL) return `longer than ${LONGEST_CELL} characters`;
  if (!CONTROL.test(cell)) return null;
  return cell.includes('\u0000') ? 'a NUL byte' : 'a control character';
}

/** Only plain spaces: a no-break space is part of a number in some files and must be noticed. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) === 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** CSV as RFC 4180 has it, which no spreadsheet will take for a formula (OWASP: CSV injection). */

const FORMULA = /^[=+\-@\t\r]/;

/** Cells that are numbers are written as they are; a text that begins as a formula does gets an apostrophe before it. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

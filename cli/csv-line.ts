/** CSV as RFC 4180 has it, with LF, which no spreadsheet will take for a formula (OWASP: CSV injection). */

/** Numbers in ECMAScript's shortest form that reads back the same, as RFC 8785 writes them; null is an empty cell. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellText).join(',')}\n`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  // A leading apostrophe makes every spreadsheet take the rest as text.
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** CSV as RFC 4180 has it, with LF, which no spreadsheet will take for a formula (OWASP: CSV injection). */

/** What a spreadsheet would take for a formula, or what a cell cannot hold without quotes. */
const NEEDS_CARE = /^[=+\-@\t\r]|[",\r\n]/;

/** Numbers in ECMAScript's shortest form that reads back the same, as RFC 8785 writes them; null is an empty cell. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  let line = '';
  for (let i = 0; i < cells.length; i++) line += i === 0 ? cellText(cells[i] ?? null) : `,${cellText(cells[i] ?? null)}`;
  return `${line}\n`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (!NEEDS_CARE.test(cell)) return cell;
  // A leading apostrophe makes every spreadsheet take the rest as text.
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

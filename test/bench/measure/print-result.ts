/** Results as aligned text. */
import { type Finding, isMet, type Result } from './result.ts';

const HEADER = ['', 'ours', 'floor', 'ratio', 'quartiles', 'target', ''];

/** @returns lines */
export function printResult({ name, about, findings }: Result): string[] {
  const rows = [HEADER, ...findings.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return [`${name}`, ...about.map((line) => `  ${line}`), ...table.map((line) => `  ${line}`), ''];
}

function cellsOf(finding: Finding): string[] {
  const { what, ours, floor, unit, ratio, target } = finding;
  const met = isMet(finding);
  return [
    what,
    `${digits(ours)} ${unit}`,
    floor === null ? '' : `${digits(floor)} ${unit}`,
    ratio === null ? '' : `${ratio.median.toFixed(2)} ×`,
    ratio === null ? '' : `${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}`,
    target === null ? '' : 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`,
    met === null ? '' : met ? 'met' : 'missed',
  ];
}

/** Three digits are all that such a measurement can bear. */
function digits(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

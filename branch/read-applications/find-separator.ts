import type { Line } from './decode-text.ts';
import { RecordSplitter } from './split-records.ts';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** Lines that a header may span, quoted line ends included. */
const HEADER_LINES = 20;

/** The separator under which most of the header's names are known ones; a comma where none is. */
export function findSeparator(lines: readonly Line[], known: ReadonlySet<string>): string {
  let best: { separator: string; count: number } = { separator: ',', count: 0 };
  for (const separator of SEPARATORS) {
    const header = new RecordSplitter(separator).push(lines.slice(0, HEADER_LINES), true)[0];
    if (header === undefined || 'cause' in header) continue;
    const count = header.cells.filter((cell) => known.has(cell.trim())).length;
    if (count > best.count) best = { separator, count };
  }
  return best.separator;
}

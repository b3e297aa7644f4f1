/** The text of a file, chunk by chunk and line by line; the encoding was checked to the last byte before (inspect-file). */
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { Failed } from '../../contract/failure.ts';
import { chunksOf, type InspectedFile } from './inspect-file.ts';

/** A physical line without its line end; numbered from 1 as a text editor does. */
export interface Line {
  text: string;
  number: number;
}

/** A file that is one line this long is no list of applications; memory stays bounded. */
const LONGEST_LINE = 4 << 20;

function lineTooLong(line: number): Failed {
  return new Failed({
    kind: 'file-malformed',
    happened: `Line ${line} is longer than ${LONGEST_LINE} characters.`,
    safe: 'Nothing from that line on was decided; what was decided before it is stored.',
    next: 'This is hardly a list of applications: look at the file.',
    facts: { line },
  });
}

export async function* textOf(file: InspectedFile): AsyncGenerator<string> {
  const handle = await open(file.path, 'r');
  try {
    // Only the mark at the very start is dropped; TextDecoder does that by itself.
    const decoder = new TextDecoder(file.encoding, { fatal: true });
    for await (const chunk of chunksOf(handle)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } finally {
    await handle.close();
  }
}

/**
 * Lines in blocks (one per chunk of the file). Line ends may be LF, CR LF or a lone CR, also mixed.
 * @throws Failed `file-malformed`: a line without end
 */
export async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<Line[], void> {
  let rest = '';
  let number = 0;
  for await (const text of texts) {
    const all = rest + text;
    // A CR at the end of a chunk may be the first half of CR LF: it waits for the next chunk.
    const end = all.endsWith('\r') ? all.length - 1 : all.length;
    const parts = all.slice(0, end).split(/\r\n|\n|\r/);
    rest = (parts.pop() ?? '') + all.slice(end);
    if (rest.length > LONGEST_LINE) throw lineTooLong(number + parts.length + 1);
    if (parts.length > 0) yield parts.map((part) => ({ text: part, number: ++number }));
  }
  if (rest.endsWith('\r')) rest = rest.slice(0, -1);
  if (rest !== '') yield [{ text: rest, number: number + 1 }];
}

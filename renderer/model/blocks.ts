/** The small part of Markdown that model cards use, read into blocks: headings, paragraphs, lists, tables, code. Everything else is text. */

export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'code'; text: string };

const LIST = /^\s*([-*+]|\d+[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

export function readBlocks(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [block, next] = readBlock(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

/** One block from line `at` on, and the line behind it. */
function readBlock(lines: string[], at: number): [Block | null, number] {
  const line = lines[at] ?? '';
  if (line.trim() === '') return [null, at + 1];
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) return [{ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' }, at + 1];
  if (line.startsWith('```')) return readCode(lines, at);
  if (line.includes('|') && TABLE_RULE.test(lines[at + 1] ?? '')) return readTable(lines, at);
  if (LIST.test(line)) return readList(lines, at);
  return readParagraph(lines, at);
}

function readCode(lines: string[], at: number): [Block, number] {
  const close = lines.findIndex((line, index) => index > at && line.startsWith('```'));
  const end = close === -1 ? lines.length : close;
  return [{ kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end + 1];
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

function readTable(lines: string[], at: number): [Block, number] {
  let end = at + 2;
  while (lines[end]?.includes('|')) end += 1;
  return [{ kind: 'table', head: cellsOf(lines[at] ?? ''), rows: lines.slice(at + 2, end).map(cellsOf) }, end];
}

function readList(lines: string[], at: number): [Block, number] {
  const items: string[] = [];
  const ordered = /^\s*\d/.test(lines[at] ?? '');
  let end = at;
  for (; end < lines.length && lines[end]?.trim() !== ''; end += 1) {
    const item = LIST.exec(lines[end] ?? '');
    if (item) items.push(item[2] ?? '');
    else items.push(`${items.pop() ?? ''} ${lines[end]?.trim()}`);
  }
  return [{ kind: 'list', ordered, items }, end];
}

function readParagraph(lines: string[], at: number): [Block, number] {
  let end = at + 1;
  while (end < lines.length && lines[end]?.trim() !== '' && !/^(#{1,6}\s|```)/.test(lines[end] ?? '')) end += 1;
  return [{ kind: 'paragraph', text: lines.slice(at, end).join(' ') }, end];
}

export type Span = { kind: 'text' | 'code' | 'strong' | 'emphasis'; text: string };

/** Emphasis and code inside a line. Links are shown as their text: a card cannot lead out of the program. */
export function readSpans(text: string): Span[] {
  const plain = text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  return plain
    .split(/(`[^`]+`|\*\*[^*]+\*\*|(?<![\w*])[*_][^*_]+[*_](?![\w*]))/)
    .filter(Boolean)
    .map((part): Span => {
      if (/^`.+`$/.test(part)) return { kind: 'code', text: part.slice(1, -1) };
      if (/^\*\*.+\*\*$/.test(part)) return { kind: 'strong', text: part.slice(2, -2) };
      if (/^[*_].+[*_]$/.test(part)) return { kind: 'emphasis', text: part.slice(1, -1) };
      return { kind: 'text', text: part };
    });
}

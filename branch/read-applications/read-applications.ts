/** Opens a file of real applications, whatever it was exported from. Reads it rightly or refuses it by name; never guesses. */
import { extname } from 'node:path';
import type { ProductDefinition } from '../../contract/product.ts';
import { textOf } from './decode-text.ts';
import { type InspectedFile, inspectFile } from './inspect-file.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import type { ApplicationFile } from './rows.ts';

/**
 * CSV (comma, semicolon, tab or bar), JSON or JSON Lines, told by the name's ending or else by the first character.
 * Encodings: UTF-8, UTF-16 with its mark, Windows-1252 where it is certain.
 * @returns the file's rows in groups, with what was noticed about it as a whole
 * @throws Failed `file-unreadable` or `file-malformed`: nothing of it can be decided
 */
export async function readApplications(path: string, product: ProductDefinition): Promise<ApplicationFile> {
  const file = await inspectFile(path);
  const form = await formOf(file);
  return form === 'csv' ? await readCsv(file, product) : await readJson(file, product, form === 'jsonl');
}

async function formOf(file: InspectedFile): Promise<'csv' | 'json' | 'jsonl'> {
  const ending = extname(file.path).toLowerCase();
  if (ending === '.jsonl' || ending === '.ndjson') return 'jsonl';
  if (ending === '.json') return 'json';
  if (ending === '.csv' || ending === '.tsv') return 'csv';
  for await (const text of textOf(file)) {
    const start = text.trimStart();
    if (start === '') continue;
    if (start.startsWith('[')) return 'json';
    // Several lines that are each an object: JSON Lines; an object over several lines: one document.
    return start.startsWith('{') ? (/^\{.*\}\s*\n\s*\{/.test(start) ? 'jsonl' : 'json') : 'csv';
  }
  return 'csv';
}

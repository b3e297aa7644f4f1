/** Applications from JSON (one object or an array) and from JSON Lines (one object a line). */
import type { Answer } from '../../contract/application.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { linesOf, textOf } from './decode-text.ts';
import { findDuplicateKey } from './find-duplicate-key.ts';
import type { InspectedFile } from './inspect-file.ts';
import { ID_COLUMN } from './plan-columns.ts';
import { refuseFile } from './refuse-file.ts';
import { type ApplicationFile, type BadRow, GROUP_ROWS, idsOfRows, type ReadRow, type RowGroup, UUID } from './rows.ts';

/** A JSON document is held in memory as a whole; JSON Lines has no such limit. */
const LARGEST_DOCUMENT = 64 << 20;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/**
 * @param lines JSON Lines instead of one document
 * @throws Failed `file-malformed`
 */
export async function readJson(file: InspectedFile, product: ProductDefinition, lines: boolean): Promise<ApplicationFile> {
  const reader = new ObjectReader(file, product);
  const values = lines ? valuesOfLines(file) : valuesOfDocument(file, await parseDocument(file));
  // The first objects are read before anything is decided, so that what is noticed in them can be told at the start.
  const first = await values.next();
  if (first.done === true)
    throw refuseFile('file-malformed', file.path, 'there is no application in it.', 'Export it again with its rows.');
  const head = first.value.map((value) => reader.read(value));
  return { path: file.path, sha256: file.sha256, lines: file.lines, notices: reader.notices(), groups: groupsOf(reader, head, values) };
}

/** A text that is no JSON, with the cause for a person. */
class Malformed {
  readonly cause: string;
  constructor(cause: string) {
    this.cause = cause;
  }
}

interface Value {
  line: number;
  parsed: Json | Malformed;
}

async function* groupsOf(reader: ObjectReader, head: (ReadRow | BadRow)[], rest: AsyncGenerator<Value[]>): AsyncGenerator<RowGroup> {
  yield grouped(head);
  for await (const values of rest) yield grouped(values.map((value) => reader.read(value)));
}

function grouped(read: readonly (ReadRow | BadRow)[]): RowGroup {
  const group: RowGroup = { rows: [], bad: [] };
  for (const one of read) {
    if ('cause' in one) group.bad.push(one);
    else group.rows.push(one);
  }
  return group;
}

async function* valuesOfLines(file: InspectedFile): AsyncGenerator<Value[]> {
  for await (const block of linesOf(textOf(file))) {
    const filled = block.filter((line) => line.text.trim() !== '');
    for (let at = 0; at < filled.length; at += GROUP_ROWS)
      yield filled.slice(at, at + GROUP_ROWS).map(({ text, number }) => ({ line: number, parsed: parse(text) }));
  }
}

async function* valuesOfDocument(file: InspectedFile, { text, value }: { text: string; value: Json }): AsyncGenerator<Value[]> {
  const wrapped = isObject(value) && Array.isArray(value.applications) ? value.applications : value;
  const items = Array.isArray(wrapped) ? wrapped : [wrapped];
  if (!Array.isArray(wrapped) && !isObject(wrapped))
    throw refuseFile(
      'file-malformed',
      file.path,
      'it is JSON, but neither an object nor a list of objects.',
      'Write one object for each application.',
    );
  const lines = linesOfItems(text, items.length);
  for (let at = 0; at < items.length; at += GROUP_ROWS)
    yield items.slice(at, at + GROUP_ROWS).map((parsed, index) => ({ line: lines[at + index] ?? 1, parsed: parsed as Json }));
}

async function parseDocument(file: InspectedFile): Promise<{ text: string; value: Json }> {
  if (file.bytes > LARGEST_DOCUMENT)
    throw refuseFile(
      'file-malformed',
      file.path,
      'it is too large for one JSON document.',
      'Write it as JSON Lines (.jsonl), one application a line.',
    );
  let text = '';
  for await (const part of textOf(file)) text += part;
  const value = parse(text);
  if (value instanceof Malformed) throw refuseFile('file-malformed', file.path, `${value.cause}.`, 'Correct it there and try again.');
  return { text, value };
}

/** JSON.parse keeps the last of two values under one name without a word; here that is an error. */
function parse(text: string): Json | Malformed {
  try {
    const value = JSON.parse(text) as Json;
    const twice = findDuplicateKey(text);
    return twice === null ? value : new Malformed(`a name stands twice in one object (line ${twice.line})`);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    // The engine's message quotes the text, which may be an applicant's.
    const at = /position (\d+)/.exec(error.message)?.[1];
    return new Malformed(at === undefined ? 'it is not JSON' : `it is not JSON (line ${text.slice(0, Number(at)).split('\n').length})`);
  }
}

/** Line on which each member of a top-level array begins; good enough for people: counts braces outside of strings. */
function linesOfItems(text: string, count: number): number[] {
  if (count === 1) return [1];
  const lines: number[] = [];
  let depth = 0;
  let line = 1;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}\n]/g)) {
    if (token === '\n') line += 1;
    else if (token === '{') {
      depth += 1;
      if (depth === 1) lines.push(line);
    } else if (token === '}') depth -= 1;
  }
  return lines;
}

class ObjectReader {
  readonly #idOf: (row: number) => string;
  readonly #product: ProductDefinition;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #unknown = new Set<string>();
  readonly #ignored = new Set<string>();
  readonly #seen = new Set<string>();
  #row = 0;

  constructor(file: InspectedFile, product: ProductDefinition) {
    this.#idOf = idsOfRows(file, product.product);
    this.#product = product;
    this.#fields = new Map(product.fields.flatMap((field) => [[field.column, field] as const, [field.id, field] as const]));
  }

  /** Names that were met and are not used; complete for what has been read so far. */
  notices(): string[] {
    const { ignoredColumns, product } = this.#product;
    return [
      ...[...this.#ignored].map((name) => `Column ${name} is not used. ${ignoredColumns[name]?.en ?? ''}`),
      ...(this.#unknown.size === 0 ? [] : [`Not known to product ${product} and not used: ${[...this.#unknown].join(', ')}.`]),
    ];
  }

  read({ line, parsed }: Value): ReadRow | BadRow {
    this.#row += 1;
    const row = this.#row;
    const bad = (column: string | null, cause: string): BadRow => ({ row, line, column, cause });
    if (parsed instanceof Malformed) return bad(null, parsed.cause);
    if (!isObject(parsed)) return bad(null, 'not an object');
    const { answers: nested, identity: named, product, applicationId, [ID_COLUMN]: snakeId, ...flat } = parsed as JsonObject;
    if (product !== undefined && product !== this.#product.product)
      return bad('product', `not an application for ${this.#product.product}`);
    const id = applicationId ?? snakeId ?? null;
    if (id !== null && typeof id !== 'string') return bad('applicationId', 'not a UUID');
    const unfit = id === null ? null : this.#whyUnfitId(id.toLowerCase());
    if (unfit !== null) return bad('applicationId', unfit);
    const given: Record<string, Answer> = Object.create(null);
    for (const part of [flat, nested ?? {}, named ?? {}]) {
      if (!isObject(part)) return bad(null, 'answers and identity must be objects');
      const refused = this.#take(part as JsonObject, given);
      if (refused !== null) return bad(...refused);
    }
    const application = { applicationId: id === null ? this.#idOf(row) : id.toLowerCase() };
    return { row, line, application: { ...application, product: this.#product.product, ...this.#sort(given) } };
  }

  #take(part: JsonObject, given: Record<string, Answer>): [column: string, cause: string] | null {
    for (const name of Object.keys(part)) {
      const field = this.#fields.get(name);
      if (field === undefined) {
        (Object.hasOwn(this.#product.ignoredColumns, name) ? this.#ignored : this.#unknown).add(name);
        continue;
      }
      const value = part[name] ?? null;
      const cause = whyUnfit(value, field);
      if (cause !== null) return [name, cause];
      if (Object.hasOwn(given, field.id)) return [name, 'the field is given twice'];
      given[field.id] = value as Answer;
    }
    return null;
  }

  #sort(given: Record<string, Answer>): { answers: Record<string, Answer>; identity: Record<string, string> } {
    const answers: Record<string, Answer> = {};
    const identity: Record<string, string> = {};
    for (const { id, use } of this.#product.fields) {
      const value = given[id] ?? null;
      if (use !== 'identifying') answers[id] = value;
      else if (value !== null) identity[id] = String(value);
    }
    return { answers, identity };
  }

  #whyUnfitId(id: string): string | null {
    if (!UUID.test(id)) return 'not a UUID';
    if (this.#seen.has(id)) return 'this application stands in the file a second time';
    this.#seen.add(id);
    return null;
  }
}

function whyUnfit(value: Json, field: Field): string | null {
  if (value === null) return null;
  const wantsNumber = (field.type === 'integer' || field.type === 'decimal') && field.use !== 'identifying';
  if (wantsNumber) {
    if (typeof value === 'string') return 'a text where a number must stand; write it without quotes';
    if (typeof value !== 'number') return 'not a number';
    return Number.isFinite(value) ? null : 'the number is too large to be kept';
  }
  if (typeof value !== 'string') return 'not a text';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(value) ? 'a control character' : null;
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

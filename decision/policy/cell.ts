/**
 * Unary tests of decision tables (DMN 1.5 clause 8.2.8 and the S-FEEL grammar of clause 9, as far as tables of credit policy need them):
 * `-`, `>= 3`, `= 3`, `!= "a"`, `[1..5)`, `]1..5[`, `"a", "b"`, `not("a")`, `null`, `not(null)`.
 */

/** One alternative of a test. Comparisons are intervals with an open end, `= 3` is `[3..3]`. */
export type TestItem =
  | { kind: 'range'; low: number; lowOpen: boolean; high: number; highOpen: boolean }
  | { kind: 'text'; value: string; equal: boolean }
  | { kind: 'null' };

/** `any`: the dash, holds whatever is given, even when nothing is. */
export type Test = { any: true } | { any: false; negated: boolean; items: TestItem[] };

const numberPattern = String.raw`[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?`;
const tokens = {
  space: /\s*/y,
  operator: /<=|>=|!=|<|>|=/y,
  number: new RegExp(numberPattern, 'y'),
  text: /"((?:[^"\\]|\\["\\/nrt]|\\u[0-9a-fA-F]{4})*)"/y,
  interval: new RegExp(String.raw`([[(\]])\s*(${numberPattern})\s*\.\.\s*(${numberPattern})\s*([\])[])`, 'y'),
  null: /null(?![A-Za-z0-9_])/y,
  not: /not\s*\(/y,
  comma: /,/y,
  close: /\)/y,
};

const { POSITIVE_INFINITY: INFINITE } = Number;

/** Carries the cause out of the parser; never leaves this file. */
class Malformed extends Error {}

class Reader {
  readonly #cell: string;
  #at = 0;

  constructor(cell: string) {
    this.#cell = cell;
    this.take('space');
  }

  /** The match of a token at the present place, with the space behind it; null where another token stands. */
  take(kind: keyof typeof tokens): RegExpExecArray | null {
    const pattern = tokens[kind];
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#cell);
    if (match === null) return null;
    this.#at += match[0].length;
    if (kind !== 'space') this.take('space');
    return match;
  }

  get done(): boolean {
    return this.#at === this.#cell.length;
  }

  /** What stands at the present place, for a complaint. */
  get rest(): string {
    return this.done ? 'the end' : `'${this.#cell.slice(this.#at, this.#at + 20)}'`;
  }
}

function finite(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Malformed(`${text} is too large for a number`);
  return value + 0;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** A text without its escapes: `\"`, `\\`, `\/`, `\n`, `\r`, `\t` and `\uXXXX`. */
function readEscapes(inner: string): string {
  return inner.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function ranges(operator: string, value: number): TestItem[] {
  const below = { kind: 'range' as const, low: -INFINITE, lowOpen: true, high: value, highOpen: operator !== '<=' };
  const above = { kind: 'range' as const, low: value, lowOpen: operator !== '>=', high: INFINITE, highOpen: true };
  if (operator === '=') return [{ kind: 'range', low: value, lowOpen: false, high: value, highOpen: false }];
  if (operator === '!=') return [below, above];
  return operator.startsWith('<') ? [below] : [above];
}

function readInterval([, open, from, to, close]: RegExpExecArray): TestItem {
  const [low, high] = [finite(from!), finite(to!)];
  const [lowOpen, highOpen] = [open !== '[', close !== ']'];
  if (low > high || (low === high && (lowOpen || highOpen))) throw new Malformed(`the interval from ${low} to ${high} is empty`);
  return { kind: 'range', low, lowOpen, high, highOpen };
}

function readItem(reader: Reader): TestItem[] {
  if (reader.take('null')) return [{ kind: 'null' }];
  const interval = reader.take('interval');
  if (interval) return [readInterval(interval)];
  const operator = reader.take('operator')?.[0] ?? '=';
  const number = reader.take('number');
  if (number) return ranges(operator, finite(number[0]));
  const text = reader.take('text');
  if (!text) throw new Malformed(`a number, an interval, a text in double quotes or null is expected where ${reader.rest} stands`);
  if (operator !== '=' && operator !== '!=') throw new Malformed(`texts have no order, so ${operator} cannot be asked of them`);
  return [{ kind: 'text', value: readEscapes(text[1]!), equal: operator === '=' }];
}

function readTest(cell: string): Test {
  if (cell.trim() === '-') return { any: true };
  const reader = new Reader(cell);
  const negated = reader.take('not') !== null;
  const items = readItem(reader);
  while (reader.take('comma')) items.push(...readItem(reader));
  if (negated && !reader.take('close')) throw new Malformed(`) is expected where ${reader.rest} stands`);
  if (!reader.done) throw new Malformed(`nothing more is expected where ${reader.rest} stands`);
  return { any: false, negated, items };
}

/** @returns the test, or in plain English what is malformed about the cell */
export function parseCell(cell: string): Test | { malformed: string } {
  try {
    return readTest(cell);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { malformed: error.message };
  }
}

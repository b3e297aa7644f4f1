/**
 * Whether a text is canonical JSON (RFC 8785), told by reading it once: verifying a log asks this of every entry, and reading a value out of
 * the text only to write it again takes several times as long. What is not plain is left to that longer way: this scanner says yes, or that it cannot tell.
 */

/** Deeper than any entry of ours; deeper texts go the long way. */
const MAX_DEPTH = 16;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Of no characters that JSON escapes, but for quotes, and of no surrogates: asked once of the whole text, where an expression is faster than a loop. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters (RFC 8785, 3.2.2.2)
const PLAIN = /[^\u0000-\u001f\\\ud800-\uffff]*$/y;
/** A quote is found faster by the runtime's search than by a loop, but for short strings, which most are. */
const SHORT = 24;

/** Whole numbers of so many digits are written as ECMAScript writes them, whatever they are. */
const PLAIN_DIGITS = 15;

/** Where the members of an object stand in its text: name i is at `names[i]`, its value from `starts[i]` to before `ends[i]`. */
export interface Members {
  names: string[];
  starts: number[];
  ends: number[];
}

/**
 * The members of the object whose canonical text this is, from `from` to the end; null where it is none, or where this scanner cannot tell
 * (escapes, surrogates, depth).
 */
export function scanObject(text: string, from = 0): Members | null {
  const members: Members = { names: [], starts: [], ends: [] };
  PLAIN.lastIndex = from;
  if (!PLAIN.test(text) || text.charCodeAt(from) !== OPEN_OBJECT) return null;
  return scanMembers(text, from + 1, 1, members) === text.length ? members : null;
}

/** Behind the value that begins at `at`; -1 where it is not plainly canonical. */
function scanValue(text: string, at: number, depth: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return scanString(text, at);
  if (first === MINUS || (first >= ZERO && first <= NINE)) return scanNumber(text, at);
  if (first === OPEN_OBJECT) return depth >= MAX_DEPTH ? -1 : scanMembers(text, at + 1, depth + 1, null);
  if (first === OPEN_LIST) return depth >= MAX_DEPTH ? -1 : scanItems(text, at + 1, depth + 1);
  if (text.startsWith('null', at) || text.startsWith('true', at)) return at + 4;
  return text.startsWith('false', at) ? at + 5 : -1;
}

function scanMembers(text: string, from: number, depth: number, into: Members | null): number {
  let at = from;
  if (text.charCodeAt(at) === CLOSE_OBJECT) return at + 1;
  let before = '';
  for (let first = true; ; first = false) {
    const end = text.charCodeAt(at) === QUOTE ? scanString(text, at) : -1;
    if (end < 0 || text.charCodeAt(end) !== COLON) return -1;
    const name = text.slice(at + 1, end - 1);
    // Sorted by UTF-16 code units, each name once (RFC 8785, 3.2.3).
    if (!first && name <= before) return -1;
    before = name;
    at = scanValue(text, end + 1, depth);
    if (at < 0) return -1;
    if (into !== null) {
      into.names.push(name);
      into.starts.push(end + 1);
      into.ends.push(at);
    }
    const next = text.charCodeAt(at);
    at += 1;
    if (next === CLOSE_OBJECT) return at;
    if (next !== COMMA) return -1;
  }
}

function scanItems(text: string, from: number, depth: number): number {
  let at = from;
  if (text.charCodeAt(at) === CLOSE_LIST) return at + 1;
  for (;;) {
    at = scanValue(text, at, depth);
    if (at < 0) return -1;
    const next = text.charCodeAt(at);
    at += 1;
    if (next === CLOSE_LIST) return at;
    if (next !== COMMA) return -1;
  }
}

/** A string without escapes: then it is its own canonical form. */
function scanString(text: string, from: number): number {
  const near = from + SHORT;
  for (let at = from + 1; at < near; at++) if (text.charCodeAt(at) === QUOTE) return at + 1;
  const end = text.indexOf('"', near);
  return end < 0 ? -1 : end + 1;
}

function scanNumber(text: string, from: number): number {
  const digits = text.charCodeAt(from) === MINUS ? from + 1 : from;
  let at = digits;
  while (isDigit(text.charCodeAt(at))) at++;
  const length = at - digits;
  const zero = text.charCodeAt(digits) === ZERO;
  const isWhole = !isOfNumber(text.charCodeAt(at));
  if (isWhole && length <= PLAIN_DIGITS && length > 0) {
    // No zero in front, and no negative zero.
    return zero && (length > 1 || digits > from) ? -1 : at;
  }
  const point = at;
  if (text.charCodeAt(at) === POINT) at++;
  while (isDigit(text.charCodeAt(at))) at++;
  // So many digits are told apart by a double, so none is needless but a last zero. Smaller numbers have exponents.
  const isPlain = at - digits <= PLAIN_DIGITS && length > 0 && text.charCodeAt(at - 1) > ZERO && (zero ? length === 1 : true);
  if (isPlain && at > point + 1 && !isOfNumber(text.charCodeAt(at)) && (!zero || text.charCodeAt(point + 1) > ZERO)) return at;
  while (isOfNumber(text.charCodeAt(at))) at++;
  const written = text.slice(from, at);
  return String(Number(written)) === written ? at : -1;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
/** Digits, point, exponent and signs. What they make together is judged by reading it. */
const isOfNumber = (code: number): boolean =>
  isDigit(code) || code === POINT || code === 0x65 || code === 0x45 || code === 0x2b || code === MINUS;

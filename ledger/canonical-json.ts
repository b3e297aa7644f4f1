/** RFC 8785 (JSON Canonicalization Scheme): one value, one text, so that a hash of the text is a hash of the value. */

/** Deeper than any entry of ours; bounds the recursion on bytes that somebody else wrote. */
const MAX_DEPTH = 64;

/** Characters whose JSON form is not themselves, or that may be half of a surrogate pair: these take the slow way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters (RFC 8785, 3.2.2.2)
const NEEDS_CARE = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** Thrown for a value that has no canonical form: a bug of the caller, or bytes that are not ours. Never holds the value itself. */
export class NotCanonicalisable extends TypeError {
  constructor(why: string) {
    super(`No canonical JSON: ${why}`);
    this.name = 'NotCanonicalisable';
  }
}

/**
 * Canonical JSON text of null, booleans, finite numbers, well-formed strings, arrays and plain objects.
 * Members are sorted by UTF-16 code units (RFC 8785, 3.2.3), numbers are written as ECMAScript writes them (3.2.2.3).
 * Throws `NotCanonicalisable` for NaN, infinities, undefined, lone surrogates, other types, and nesting beyond 64.
 */
export function canonicalise(value: unknown): string {
  mustWrite = false;
  const arranged = arrange(value, 0);
  if (!mustWrite) {
    const text = JSON.stringify(arranged);
    // Half of a surrogate pair would have been escaped; the slow way tells it from a backslash in the text.
    if (!text.includes('\\ud')) return text;
  }
  return write(value, 0);
}

/** Set where an object cannot hold its members in canonical order: JavaScript moves names like "10" to the front, and `__proto__` is no name. */
let mustWrite = false;

/** The same value with all members in canonical order, so that the runtime's own JSON writer, twice as fast as ours, writes it canonically. */
function arrange(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonicalisable('a number is not finite');
      return value;
    case 'object':
      if (value === null) return value;
      if (depth >= MAX_DEPTH) throw new NotCanonicalisable(`nested deeper than ${MAX_DEPTH}`);
      return Array.isArray(value) ? arrangeArray(value, depth + 1) : arrangeObject(value, depth + 1);
    default:
      throw new NotCanonicalisable(`a value is of type ${typeof value}`);
  }
}

function arrangeArray(values: readonly unknown[], depth: number): readonly unknown[] {
  let arranged: unknown[] | null = null;
  for (let i = 0; i < values.length; i++) {
    const item = arrange(values[i], depth);
    if (item === values[i]) continue;
    arranged ??= [...values];
    arranged[i] = item;
  }
  return arranged ?? values;
}

function arrangeObject(value: object, depth: number): object {
  requirePlain(value);
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members);
  if (!isInOrder(keys)) return rearrangeObject(members, keys, depth);
  let arranged: Record<string, unknown> | null = null;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const member = arrange(members[key], depth);
    if (member === members[key]) continue;
    arranged ??= { ...members };
    arranged[key] = member;
  }
  return arranged ?? value;
}

/** As everything is that was read from a canonical text. Strings compare by UTF-16 code units. */
function isInOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) if (keys[i]! < keys[i - 1]!) return false;
  return true;
}

function rearrangeObject(members: Record<string, unknown>, keys: readonly string[], depth: number): object {
  const { order, canBeArranged } = shapeOf(keys);
  if (!canBeArranged) mustWrite = true;
  const arranged: Record<string, unknown> = {};
  for (let i = 0; i < order.length; i++) arranged[order[i]!] = arrange(members[order[i]!], depth);
  return arranged;
}

function requirePlain(value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonicalisable('an object is not a plain one');
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonicalisable('a number is not finite');
      // String(-0) is "0", as RFC 8785 wants.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_DEPTH) throw new NotCanonicalisable(`nested deeper than ${MAX_DEPTH}`);
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
    default:
      throw new NotCanonicalisable(`a value is of type ${typeof value}`);
  }
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = '[';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += write(values[i], depth);
  }
  return `${text}]`;
}

function writeObject(value: object, depth: number): string {
  requirePlain(value);
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members);
  if (keys.length === 0) return '{}';
  const { order, before } = shapeOf(keys);
  let text = '';
  for (let i = 0; i < order.length; i++) text += before[i]! + write(members[order[i]!], depth);
  return `${text}}`;
}

/** Member names as they come, as they must go, and the text before each value. */
interface Shape {
  keys: readonly string[];
  order: readonly string[];
  before: readonly string[];
  canBeArranged: boolean;
}

/** A batch has a handful of shapes and thousands of objects: sorting and quoting names once each halves the time. */
const shapes = new Map<string, Shape>();
const MAX_SHAPES = 256;

function shapeOf(keys: readonly string[]): Shape {
  const slot = `${keys.length}${keys[0]}`;
  const known = shapes.get(slot);
  if (known?.keys.every((key, i) => key === keys[i]) && known.keys.length === keys.length) return known;
  // Array.prototype.sort without a comparator compares strings by UTF-16 code units.
  const order = [...keys].sort();
  const shape: Shape = {
    keys,
    order,
    before: order.map((key, i) => `${i === 0 ? '{' : ','}${quote(key)}:`),
    canBeArranged: order.every((key) => key !== '__proto__' && !/^\d+$/.test(key)),
  };
  if (shapes.size >= MAX_SHAPES) shapes.clear();
  shapes.set(slot, shape);
  return shape;
}

function quote(text: string): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new NotCanonicalisable('a string holds a lone surrogate');
  return JSON.stringify(text);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value whose canonical form these UTF-8 bytes are; null when they are not valid UTF-8, not JSON, or not canonical
 * (duplicate members, other order, spaces, other number forms).
 */
export function parseCanonical(bytes: Uint8Array): { value: unknown } | null {
  try {
    const text = strictUtf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return canonicalise(value) === text ? { value } : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

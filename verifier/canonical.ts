/** RFC 8785 canonical JSON: an entry is read only if writing it again gives the very same bytes. */
import { Malformed } from './report.ts';

/** Bound the recursion, and the memory, on bytes that somebody else wrote: `{},{},…` takes thirty times its size once it is read. */
const MAX_DEPTH = 64;
const MAX_VALUES = 16_000_000;
const FEW_BYTES = 2 ** 20;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/**
 * The object that these bytes are in canonical form: UTF-8 without BOM, members sorted by UTF-16 code units and none twice, no spaces,
 * numbers and strings as ECMAScript writes them (RFC 8785, 3.2.2 and 3.2.3). Throws `Malformed` naming `what`.
 */
export function parseCanonical(bytes: Uint8Array, what: string): JsonObject {
  const { text, value } = parseJson(bytes, what);
  if (follow(value, text, 0, 0) !== text.length) throw new Malformed(`${what} is JSON, but not in its canonical form (RFC 8785)`);
  if (!isObject(value)) throw new Malformed(`${what} is not a JSON object`);
  return value;
}

/** Any JSON text. Throws `Malformed` naming `what`. */
export function parseJson(bytes: Uint8Array, what: string): { text: string; value: Json } {
  let values = 0;
  if (bytes.length > FEW_BYTES) for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values++;
  if (values > MAX_VALUES) throw new Malformed(`${what} holds more than ${MAX_VALUES} values`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) as Json };
  } catch {
    throw new Malformed(`${what} is not JSON in UTF-8`);
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `whole`: a number from 0 up to 2^53 − 1. One shape in brackets: a list of such. */
export type Shape = 'text' | 'whole' | 'flag' | readonly [Shape] | { readonly [name: string]: Shape };

/** Sees that a value has this shape; members that it does not name are ignored. Throws `Malformed` naming `what`. */
export function requireShape(value: Json | undefined, shape: Shape, what: string): void {
  if (Array.isArray(shape) && Array.isArray(value)) {
    for (const item of value) requireShape(item, shape[0] as Shape, `an item of ${what}`);
  } else if (typeof shape === 'object' && !Array.isArray(shape) && isObject(value)) {
    for (const [name, member] of Object.entries(shape)) requireShape(value[name], member as Shape, `${name} in ${what}`);
  } else {
    const isWhole = Number.isSafeInteger(value) && (value as number) >= 0;
    const fits =
      shape === 'text' ? typeof value === 'string' : shape === 'flag' ? typeof value === 'boolean' : shape === 'whole' && isWhole;
    if (!fits) throw new Malformed(`${what} is missing or not what it must be`);
  }
}

/** Where the canonical form of `value` ends in `text`, when that is what stands there from `at` on; else −1, which no further part follows. */
function follow(value: Json, text: string, at: number, depth: number): number {
  if (at < 0 || depth > MAX_DEPTH) return -1;
  if (typeof value !== 'object' || value === null) return pass(writeScalar(value), text, at);
  let end = at;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) end = follow(item, text, pass(i === 0 ? '[' : ',', text, end), depth + 1);
    return pass(value.length === 0 ? '[]' : ']', text, end);
  }
  // Sorting without a comparator compares UTF-16 code units, as RFC 8785 wants.
  const names = Object.keys(value).sort();
  for (const [i, name] of names.entries()) {
    end = pass(`${i === 0 ? '{' : ','}${writeScalar(name)}:`, text, end);
    end = follow(value[name]!, text, end, depth + 1);
  }
  return pass(names.length === 0 ? '{}' : '}', text, end);
}

function pass(part: string, text: string, at: number): number {
  return at >= 0 && text.startsWith(part, at) ? at + part.length : -1;
}

/**
 * Numbers as ECMAScript writes them (`-0` is "0", 1e999 is no number), strings as its JSON writer does. Half of a surrogate pair comes out as an
 * escape, which no canonical text holds: it is made to fit nothing.
 */
function writeScalar(value: null | boolean | number | string): string {
  if (typeof value !== 'string') return String(value);
  return value.isWellFormed() ? JSON.stringify(value) : '\ufffd';
}

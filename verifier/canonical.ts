/** RFC 8785 canonical JSON: an entry is read only if writing it again gives the very same bytes. */
import { Malformed } from './report.ts';

/** Bounds the recursion on bytes that somebody else wrote. */
const MAX_DEPTH = 64;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/**
 * The object that these bytes are in canonical form: UTF-8 without BOM, members sorted by UTF-16 code units and none twice, no spaces,
 * numbers and strings as ECMAScript writes them (RFC 8785, 3.2.2 and 3.2.3). Throws `Malformed` naming `what`.
 */
export function parseCanonical(bytes: Uint8Array, what: string): JsonObject {
  const { text, value } = parseJson(bytes, what);
  if (write(value, 0, what) !== text) throw new Malformed(`${what} is JSON, but not in its canonical form (RFC 8785)`);
  if (!isObject(value)) throw new Malformed(`${what} is not a JSON object`);
  return value;
}

/** Any JSON text. Throws `Malformed` naming `what`. */
export function parseJson(bytes: Uint8Array, what: string): { text: string; value: Json } {
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

function write(value: Json, depth: number, what: string): string {
  if (depth > MAX_DEPTH) throw new Malformed(`${what} is nested deeper than ${MAX_DEPTH}`);
  if (typeof value === 'number') {
    // 1e999 is read as infinity, which JSON cannot write. String(-0) is "0", so that "-0" is not canonical.
    if (!Number.isFinite(value)) throw new Malformed(`${what} holds a number beyond IEEE 754 doubles`);
    return String(value);
  }
  if (typeof value === 'string') return quote(value, what);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1, what)).join(',')}]`;
  // Sorting without a comparator compares UTF-16 code units, as RFC 8785 wants.
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${quote(name, what)}:${write(value[name]!, depth + 1, what)}`).join(',')}}`;
}

function quote(text: string, what: string): string {
  if (!text.isWellFormed()) throw new Malformed(`${what} holds half of a surrogate pair`);
  return JSON.stringify(text);
}

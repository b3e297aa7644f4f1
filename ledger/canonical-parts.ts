/**
 * Canonical JSON (RFC 8785) of an object in two steps: most members now, the others when their values are known. Members are written by
 * `canonicalise` in both; what is added here is only where one begins and the other goes on.
 */
import { canonicalise, NotCanonicalisable } from './canonical-json.ts';

/** Entries have a few dozen names of members between them. */
const MAX_NAMES = 256;

/** Stands for a value that is still to come. Its characters are rare in an entry, so that finding it is quick; where it does occur, nothing relies on it. */
const MARK = '~~';

/**
 * @param names members that are still to come, sorted by UTF-16 code units; the values to be written have none of them
 * @returns a writer. It gives one text more than there are names: the members that stand before, between and behind them, without braces; ''
 * where there are none. It throws NotCanonicalisable as `canonicalise` does.
 */
export function preparePartsWriter(names: readonly string[]): (value: Readonly<Record<string, unknown>>) => string[] {
  const marked = Object.fromEntries(names.map((name) => [name, MARK]));
  const widths = names.map((name) => writeMember(name, MARK).length);
  const writeApart = preparePartWriter(names);
  return (value) => {
    for (const name of names) if (Object.hasOwn(value, name)) throw unexpected();
    if (Object.hasOwn(value, '__proto__')) throw unexpected();
    return cutAtMarks(canonicalise({ ...value, ...marked }), widths) ?? writeApart(value);
  };
}

/**
 * Cuts the members with marks out of an object's text.
 * @param widths of each such member's text
 * @returns null where there are more marks than members with one: some value holds a mark of its own
 */
function cutAtMarks(text: string, widths: readonly number[]): string[] | null {
  const parts: string[] = [];
  let from = 1;
  let mark = -MARK.length;
  for (const width of widths) {
    mark = text.indexOf(MARK, mark + MARK.length);
    const end = mark + MARK.length + 1;
    const start = end - width;
    // The comma before the member is no part's, and neither is the one behind it.
    parts.push(start > from ? text.slice(from, start - 1) : '');
    from = text[end] === ',' ? end + 1 : end;
  }
  if (text.includes(MARK, mark + MARK.length)) return null;
  parts.push(text.slice(from, -1));
  return parts;
}

/** The same, each part by itself: slower, and no value can stand in its way. */
function preparePartWriter(names: readonly string[]): (value: Readonly<Record<string, unknown>>) => string[] {
  const places = new Map<string, number>();
  const findPlace = (key: string): number => {
    const place = names.filter((name) => name < key).length;
    if (places.size >= MAX_NAMES) places.clear();
    places.set(key, place);
    return place;
  };
  return (value) => {
    const parts: Record<string, unknown>[] = Array.from({ length: names.length + 1 }, () => ({}));
    for (const key of Object.keys(value)) parts[places.get(key) ?? findPlace(key)]![key] = value[key];
    return parts.map((part) => canonicalise(part).slice(1, -1));
  };
}

function unexpected(): NotCanonicalisable {
  return new NotCanonicalisable('a member stands where none is expected');
}

/** One member as it stands in an object: its name, a colon and its value. */
export function writeMember(name: string, value: unknown): string {
  return canonicalise({ [name]: value }).slice(1, -1);
}

/** Parts in UTF-8, one behind the other, and where each ends. */
export interface EncodedParts {
  text: Uint8Array;
  ends: Uint32Array;
}

export function encodeParts(parts: readonly string[]): EncodedParts {
  const text = Buffer.from(parts.join(''));
  const ends = new Uint32Array(parts.length);
  let end = 0;
  // Where every character is one byte, their number is known.
  const isPlain = text.length === parts.reduce((sum, part) => sum + part.length, 0);
  parts.forEach((part, i) => {
    end += isPlain ? part.length : Buffer.byteLength(part);
    ends[i] = end;
  });
  return { text, ends };
}

/** Most bytes that `joinParts` adds to the parts' text: the members, with commas around each, and the braces. */
export function addedLength(members: readonly Uint8Array[]): number {
  let length = 2;
  for (const member of members) length += member.length + 2;
  return length;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;

/**
 * Writes the UTF-8 of what `canonicalise` gives for the whole object.
 * @param parts of `preparePartsWriter`'s writer; @param members of `writeMember`, in UTF-8, one for each of its names, in their order
 * @param into has room for the text and `addedLength` from `at` on
 * @returns where the text ends
 */
export function joinParts({ text, ends }: EncodedParts, members: readonly Uint8Array[], into: Uint8Array, at: number): number {
  // The whole text is copied at once, to behind everything that comes before any of it, and its parts are moved to their places from there:
  // a view of each part would cost more than copying it twice.
  const shift = at + addedLength(members);
  into.set(text, shift);
  let to = at;
  into[to++] = OPEN;
  let from = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i]!;
    if (end > from) {
      if (to > at + 1) into[to++] = COMMA;
      into.copyWithin(to, shift + from, shift + end);
      to += end - from;
      from = end;
    }
    const member = members[i];
    if (member === undefined) break;
    if (to > at + 1) into[to++] = COMMA;
    into.set(member, to);
    to += member.length;
  }
  into[to++] = CLOSE;
  return to;
}

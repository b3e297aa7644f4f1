/**
 * Canonical JSON (RFC 8785) of an object in two steps: most members now, the others when their values are known. Members are written by
 * `canonicalise` in both; what is added here is only where one begins and the other goes on.
 */
import { canonicalise, NotCanonicalisable } from './canonical-json.ts';

/** Entries have a few dozen names of members between them. */
const MAX_NAMES = 256;

/**
 * @param names members that are still to come, sorted by UTF-16 code units; the values to be written have none of them
 * @returns a writer. It gives one text more than there are names: the members that stand before, between and behind them, without braces; ''
 * where there are none. It throws NotCanonicalisable as `canonicalise` does.
 */
export function preparePartsWriter(names: readonly string[]): (value: Readonly<Record<string, unknown>>) => string[] {
  const places = new Map<string, number>();
  const findPlace = (key: string): number => {
    if (key === '__proto__' || names.includes(key)) throw new NotCanonicalisable('a member stands where none is expected');
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

/** One member as it stands in an object: its name, a colon and its value. */
export function writeMember(name: string, value: unknown): string {
  return canonicalise({ [name]: value }).slice(1, -1);
}

/**
 * @param parts of `preparePartsWriter`'s writer
 * @param members of `writeMember`, one for each of its names, in their order
 * @returns what `canonicalise` gives for the whole object
 */
export function joinParts(parts: readonly string[], members: readonly string[]): string {
  let text = parts[0]!;
  for (let i = 0; i < members.length; i++) {
    text += text === '' ? members[i]! : `,${members[i]!}`;
    const part = parts[i + 1]!;
    if (part !== '') text += `,${part}`;
  }
  return `{${text}}`;
}

/**
 * Canonical JSON (RFC 8785) of an object in two steps: most members now, the others when their values are known. Members are written by
 * `canonicalise` in both; what is added here is only where one begins and the other goes on.
 */
import { canonicalise, NotCanonicalisable } from './canonical-json.ts';

/**
 * @param names members that are still to come, sorted by UTF-16 code units; `value` has none of them
 * @returns one text more than there are names: the members that stand before, between and behind them, without braces; '' where there are none
 * @throws NotCanonicalisable as `canonicalise`
 */
export function writeParts(value: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  const parts: Record<string, unknown>[] = Array.from({ length: names.length + 1 }, () => ({}));
  for (const key of Object.keys(value)) {
    let place = 0;
    while (place < names.length && key > names[place]!) place++;
    if (key === names[place] || key === '__proto__') throw new NotCanonicalisable('a member stands where none is expected');
    parts[place]![key] = value[key];
  }
  return parts.map((part) => canonicalise(part).slice(1, -1));
}

/** One member as it stands in an object: its name, a colon and its value. */
export function writeMember(name: string, value: unknown): string {
  return canonicalise({ [name]: value }).slice(1, -1);
}

/**
 * @param parts of `writeParts`
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

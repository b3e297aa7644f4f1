import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalise, NotCanonicalisable } from '../../ledger/canonical-json.ts';
import { addedLength, encodeParts, joinParts, preparePartsWriter, writeMember } from '../../ledger/canonical-parts.ts';

const NAMES = ['anchor', 'boot', 'seq', 'wall'];
const writeParts = preparePartsWriter(NAMES);
const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const name = fc.oneof(
  fc.constantFrom('actor', 'anchor', 'b', 'bo', 'boot', 'boots', 'zoo', '1', '10', '2', 'é', 'ﬃ', '😀', ''),
  fc.string({ unit: 'binary' }).filter((one) => one.isWellFormed() && one !== '__proto__'),
);
const value = fc.jsonValue({ maxDepth: 2 }).filter((one) => JSON.stringify(one).isWellFormed() && !JSON.stringify(one).includes('\\ud'));

/** Joined somewhere in a larger piece of memory, whose other bytes are left alone. */
function joined(parts: readonly string[], members: readonly string[]): string {
  const [encoded, late] = [encodeParts(parts), members.map((member) => Buffer.from(member))];
  const room = encoded.text.length + addedLength(late);
  const memory = Buffer.alloc(3 + room + 3, '#');
  const end = joinParts(encoded, late, memory, 3);
  expect(end).toBeLessThanOrEqual(3 + room);
  expect([memory.toString('utf8', 0, 3), memory.toString('utf8', 3 + room)]).toEqual(['###', '###']);
  return memory.toString('utf8', 3, end);
}

describe('canonical JSON in two steps', () => {
  it('is what is written in one, whatever comes first and whatever later', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, value),
        fc.uniqueArray(name, { maxLength: 5 }),
        fc.array(value, { minLength: 5, maxLength: 5 }),
        (first, late, values) => {
          const names = [...late].sort(byCodeUnits);
          const early = Object.fromEntries(Object.entries(first).filter(([key]) => !names.includes(key)));
          const members = names.map((one, i) => writeMember(one, values[i]!));
          const whole = { ...early, ...Object.fromEntries(names.map((one, i) => [one, values[i]!])) };
          expect(joined(preparePartsWriter(names)(early), members)).toBe(canonicalise(whole));
        },
      ),
    );
  });

  it.each([
    ['nothing before', {}],
    ['members only before', { actor: 1, affordability: 2 }],
    ['members only behind', { zoo: [] }],
    ['members everywhere', { actor: 1, b: 2, c: null, t: 'x', zoo: { b: 1, a: 2 } }],
    ['the mark of what is still to come in a value', { actor: '~~', b: ['~~~', { '~~~~': '~' }], zoo: '"anchor":"~~"' }],
    ['letters of more than one byte', { actor: 'é', b: '😀', zoo: 'ﬃ' }],
  ])('puts commas right with %s', (_, early) => {
    const members = NAMES.map((one, i) => writeMember(one, i));
    expect(joined(writeParts(early), members)).toBe(canonicalise({ ...early, anchor: 0, boot: 1, seq: 2, wall: 3 }));
  });

  it('refuses a member that is still to come, and what has no canonical form', () => {
    expect(() => writeParts({ seq: 1 })).toThrow(NotCanonicalisable);
    expect(() => writeParts({ pd: Number.NaN })).toThrow(NotCanonicalisable);
    expect(() => writeParts(JSON.parse('{"__proto__":1}') as Record<string, unknown>)).toThrow(NotCanonicalisable);
  });
});

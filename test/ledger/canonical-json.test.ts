import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalise, NotCanonicalisable, parseCanonical } from '../../ledger/canonical-json.ts';

/** RFC 8785, appendix B: IEEE 754 bits and the text they must have. */
const NUMBERS: [string, string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

describe('canonical JSON', () => {
  it.each(NUMBERS)('writes the double %s as %s (RFC 8785, appendix B)', (bits, text) => {
    expect(canonicalise(Buffer.from(bits, 'hex').readDoubleBE(0))).toBe(text);
  });

  it('writes the example of RFC 8785, 3.2.2', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalise(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 code units (RFC 8785, 3.2.3), also those that look like array indices', () => {
    const value = { '\u20ac': 5, '\r': 1, '\ufb33': 7, '1': 2, '\ud83d\ude00': 6, '\u0080': 3, '\u00f6': 4 };
    expect(Object.values(JSON.parse(canonicalise(value)) as object).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect([...canonicalise(value).matchAll(/:(\d)/g)].map((match) => Number(match[1]))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(canonicalise({ 9: 'b', 10: 'a' })).toBe('{"10":"a","9":"b"}');
  });

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.NEGATIVE_INFINITY],
    ['undefined as a value', undefined],
    ['undefined as a member', { a: undefined }],
    ['a hole in an array', [1, undefined]],
    ['a big integer', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate in a name', { '\udc00': 1 }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalise(value)).toThrow(NotCanonicalisable);
    expect(() => canonicalise({ deep: [value] })).toThrow(NotCanonicalisable);
  });

  it('refuses nesting that would exhaust the stack', () => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(() => canonicalise(value)).toThrow(NotCanonicalisable);
    expect(parseCanonical(Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toBeNull();
  });

  it('is what a plain recursive writer writes, however members are named and ordered', () => {
    const name = fc.oneof(
      fc.constantFrom('10', '9', '01', '', '__proto__', 'toJSON', 'a', 'aa', 'b', '\\ud', '\ufb33', '\u{1f600}'),
      fc.string(),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.boolean(),
          fc.constant(null),
          fc.constant('\\ud800'),
        ),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: false }),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(canonicalise(one)).toBe(plainly(one));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every JSON value and depends on nothing but the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalise(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalise(reversed(value))).toBe(text);
        expect(parseCanonical(Buffer.from(text))).toEqual({ value: JSON.parse(text) });
      }),
    );
  });

  it.each([
    ['spaces', '{"a": 1}'],
    ['another order', '{"b":1,"a":1}'],
    ['a duplicate member', '{"a":1,"a":1}'],
    ['another form of a number', '{"a":1.0}'],
    ['an escape that is not needed', '{"a":"\\u0041"}'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['nothing', ''],
  ])('does not take bytes with %s for canonical', (_, text) => {
    expect(parseCanonical(Buffer.from(text))).toBeNull();
  });

  it('does not take invalid UTF-8 for canonical', () => {
    expect(parseCanonical(Buffer.from([0x22, 0xff, 0x22]))).toBeNull();
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

function plainly(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`;
  const members = value as Record<string, unknown>;
  return `{${Object.keys(members)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${plainly(members[key])}`)
    .join(',')}}`;
}

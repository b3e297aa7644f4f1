import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';
import { scanObject } from '../../ledger/canonical-scan.ts';

const isCanonical = (text: string): boolean => parseCanonical(Buffer.from(text)) !== null;

describe('the scanner of canonical text', () => {
  it('tells where the members of an object stand', () => {
    const text = canonicalise({ b: [1, 2.5, -3e-7], a: 'ä', c: { d: null, e: [true, false, {}] } });
    const members = scanObject(text)!;
    expect(members.names).toEqual(['a', 'b', 'c']);
    expect(members.starts.map((start, i) => text.slice(start, members.ends[i]))).toEqual([
      '"ä"',
      '[1,2.5,-3e-7]',
      '{"d":null,"e":[true,false,{}]}',
    ]);
    expect(scanObject('{}')).toEqual({ names: [], starts: [], ends: [] });
  });

  it('says yes to what has nothing that needs escaping, whatever it is', () => {
    const plain = fc.string({ unit: fc.constantFrom(...Array.from('abcdefghijZÄß09 .-_/')), maxLength: 8 });
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        plain,
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(plain, tie('value'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(json.object, (object) => scanObject(canonicalise(object)) !== null),
      { numRuns: 500 },
    );
  });

  it('never says yes to what is not canonical, however a canonical text is changed', () => {
    const text = canonicalise({ a: 'x\u00e9', b: [0, -1, 1e21, 0.1, 123456789012345], c: { d: true, e: null, f: '' }, g: [], h: {} });
    const piece = fc.oneof(
      fc.constantFrom(
        '0',
        '1',
        '-',
        '.',
        'e',
        'E',
        '+',
        '"',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        ' ',
        '\\',
        '\n',
        '\u0000',
        '\ud800',
        'a',
        'null',
        'true',
      ),
      fc.string({ maxLength: 2 }),
    );
    const change = fc.tuple(fc.nat(text.length), fc.nat(3), piece);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let changed = text;
        for (const [at, cut, put] of changes) changed = changed.slice(0, at) + put + changed.slice(at + cut);
        if (scanObject(changed) !== null) expect([changed, isCanonical(changed)]).toEqual([changed, true]);
      }),
      { numRuns: 5000 },
    );
  });

  it('says yes to no number that is written otherwise than ECMAScript writes it', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${max}}$`));
    const written = fc.tuple(
      fc.constantFrom('', '-'),
      digits(17),
      fc.constantFrom('', '.', '.0', '.000000'),
      digits(17),
      fc.constantFrom('', 'e1', 'e-7', 'e+21'),
    );
    fc.assert(
      fc.property(written, (parts) => {
        const number = parts.join('');
        const isRight = number !== '' && String(Number(number)) === number && number !== 'NaN';
        expect([number, scanObject(`{"a":${number}}`) !== null]).toEqual([number, isRight]);
      }),
      { numRuns: 5000 },
    );
  });

  it('begins where it is told to', () => {
    expect(scanObject('\0{"a":1}', 1)).toEqual({ names: ['a'], starts: [6], ends: [7] });
    expect(scanObject('\0{"a":"\\n"}', 1)).toBeNull();
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"a":1',
    '{"a":1}x',
    '{"a":1,}',
    '{"b":1,"a":1}',
    '{"a":1,"a":1}',
    '{"a":01}',
    '{"a":-0}',
    '{"a":00}',
    '{"a":1.0}',
    '{"a":01.5}',
    '{"a":0.0}',
    '{"a":0.0000001}',
    '{"a":1.50}',
    '{"a":1.}',
    '{"a":1.5.5}',
    '{"a":"unfinished}',
    `{"a":"${'long '.repeat(10)}}`,
    `{"a":"${'long '.repeat(10)}\t"}`,
    '{"a":1e2}',
    '{"a":1E400}',
    '{"a":-}',
    '{"a":.5}',
    '{"a":12345678901234567890}',
    '{"a":"\\u0041"}',
    '{"a":"\ud800"}',
    '{"a":"\t"}',
    '{"a" :1}',
    '{"a":nul}',
    '{"a":Infinity}',
    '{"a":+1}',
    '{a:1}',
    '{"a":[1 ]}',
    '{"a":[,1]}',
    '\ufeff{}',
    `{"a":${'['.repeat(40)}${']'.repeat(40)}}`,
  ])('does not say yes to %j', (text) => {
    expect(scanObject(text)).toBeNull();
  });
});

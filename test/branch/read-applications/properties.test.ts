import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../branch/read-applications/decode-text.ts';
import { readNumber } from '../../../branch/read-applications/read-number.ts';
import { type CsvRecord, RecordSplitter } from '../../../branch/read-applications/split-records.ts';
import { csvLine } from '../../../cli/csv-line.ts';

describe('numbers', () => {
  it('are read as what was written, or refused: never as another number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('.' as const, ',' as const), (value, mark) => {
        const read = readNumber(String(value).replace('.', mark), mark);
        if (typeof read === 'number') expect(read).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('in any other text are refused', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom('.' as const, ',' as const, null), (text, mark) => {
        const read = readNumber(text, mark);
        if (typeof read === 'number') expect(text).toMatch(/^-?\d+([.,]\d+)?([eE][+-]?\d+)?$/);
        else expect(read.cause.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('records', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '1', ' ', ',', ';', '"', '\n', '=', '-'), maxLength: 8 });
  const lastCell = fc.string({ unit: fc.constantFrom('a', 'é', '1', ','), minLength: 1, maxLength: 3 });

  it('come back as they were written, wherever the lines fall into blocks', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, lastCell), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(5)), (rows, cuts) => {
        const text = rows.map((cells) => csvLine(cells)).join('');
        const lines: Line[] = text
          .slice(0, -1)
          .split('\n')
          .map((line, i) => ({ text: line, number: i + 1 }));
        const splitter = new RecordSplitter(',');
        const read: CsvRecord['cells'][] = [];
        const take = (some: readonly Line[], last: boolean) => {
          for (const record of splitter.push(some, last)) {
            expect(record).toHaveProperty('cells');
            read.push((record as CsvRecord).cells);
          }
        };
        let at = 0;
        for (const cut of cuts) {
          take(lines.slice(at, at + cut), false);
          at += cut;
        }
        take(lines.slice(at), true);
        // What a spreadsheet could take for a formula is written with an apostrophe before it.
        expect(read).toEqual(rows.map((cells) => cells.map((one) => (/^[=\-+@]/.test(one) ? `'${one}` : one))));
      }),
    );
  });

  it('never lose or invent a line, however broken the quoting is', () => {
    const broken = fc.string({ unit: fc.constantFrom('a', ',', '"', '"'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(broken, { maxLength: 15 }), (texts) => {
        const lines = texts.map((text, i) => ({ text, number: i + 1 }));
        const records = new RecordSplitter(',').push(lines, true);
        const covered = records.flatMap(({ line, lastLine }) => Array.from({ length: lastLine - line + 1 }, (_, i) => line + i));
        expect(covered).toEqual(lines.filter(({ text }, i) => text !== '' || covered.includes(i + 1)).map(({ number }) => number));
      }),
    );
  });
});

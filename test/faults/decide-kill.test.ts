import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../branch/open-branch.ts';
import { readDecision } from '../../branch/show-decision.ts';
import { verifyReport } from '../../contract/ipc.ts';
import { Offices } from '../support/office.ts';
import { endOf, runOutpost, startOutpost } from '../support/run-outpost.ts';

const KILLS = 8;
const ROWS = 8_000;
const offices = new Offices();
beforeAll(() => offices.make('now'));
afterAll(() => offices.remove());

interface Row {
  row: number;
  seq: number;
  hash: string;
}

/** Whole lines only: what was cut off was not given out. */
function rowsIn(out: string): Row[] {
  if (!existsSync(out)) return [];
  return readFileSync(out, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
}

describe('kill -9 during outpost decide', () => {
  it(`loses no row that was written in ${KILLS} kills at random moments, and the batch goes on where it stopped`, {
    timeout: 180_000,
  }, async () => {
    const office = offices.copy();
    const input = offices.path('batch.csv');
    const header = 'Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price';
    const lines = Array.from({ length: ROWS }, (_, i) => `${i % 40},rent,60,no,fixed,73,${100 + (i % 300)},0,0,${500 + (i % 1000)},1846`);
    writeFileSync(input, [header, ...lines].join('\n'));
    const out = offices.path('out.jsonl');
    const args = ['decide', input, '--product', 'instalment-loan', '--data', office, '--out', out];
    const given = new Map<number, Row>();
    for (let i = 0; i < KILLS; i++) {
      rmSync(out, { force: true });
      const child = startOutpost(args);
      const ended = endOf(child);
      // Half of them die in the middle of the batch, the others anywhere on the way up as well.
      if (i % 2 === 0) while (rowsIn(out).length === 0 && child.exitCode === null) await setTimeout(10);
      await setTimeout(Math.random() * 500);
      child.kill('SIGKILL');
      await ended;
      for (const row of rowsIn(out)) {
        expect(given.get(row.row) ?? row).toEqual(row);
        given.set(row.row, row);
      }
      const looked = await openFolder(office, { passphrase: null, keyStore: null });
      for (const { seq, hash } of given.values()) expect(readDecision(looked.db, seq).hash).toBe(hash);
      looked.close();
    }
    expect(given.size).toBeGreaterThan(0);
    rmSync(out, { force: true });
    const last = await runOutpost(args);
    expect(last.code).toBe(0);
    const rows = rowsIn(out);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: ROWS }, (_, i) => i + 1));
    for (const [number, row] of given) expect(rows[number - 1]).toEqual(row);
    const report = verifyReport.parse(JSON.parse((await runOutpost(['log', 'verify', '--data', office, '--json'])).stdout));
    expect(report.findings).toEqual([]);
    // Every application once: the kills have neither lost nor doubled one.
    expect(new Set(rows.map(({ seq }) => seq)).size).toBe(ROWS);
    expect(report.size).toBe(ROWS + 9);
  });
});

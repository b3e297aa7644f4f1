/** The PC's clock 400 days back and ten years forward: nobody is locked out, the order stays, and the log tells of the jump. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder } from '../../branch/open-branch.ts';
import { verifyReport } from '../../contract/ipc.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import type { Reader } from '../../db/handle.ts';
import { closeDatabase } from '../../db/handle.ts';
import { listEntries } from '../../db/log-entries.ts';
import { Offices } from '../support/office.ts';
import { type Run, runOutpost } from '../support/run-outpost.ts';
import { readerOf, temporaryFolder, verified } from '../support/temporary-log.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = '2026-12-01 12:00:00';
const BACK = '2025-10-27 12:00:00';
const FORWARD = '2036-12-01 12:00:00';

/** What makes a program run under another clock: the preload library's path as faketime itself gives it. null where there is none. */
const library: string | null = (() => {
  const asked = spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
})();
// The monotonic clock is left alone: a person sets the wall clock only.
const UNDER = { LD_PRELOAD: library ?? '', TZ: 'UTC', FAKETIME_DONT_FAKE_MONOTONIC: '1' };

const offices = new Offices();
beforeAll(() => offices.make('noon'));
afterAll(() => offices.remove());

function entriesOf(reader: Reader): LogEntry[] {
  return listEntries(reader, 0, 1000).map(({ bytes }) => JSON.parse(bytes.toString()) as LogEntry);
}

const jumpsIn = (entries: readonly LogEntry[]): number[] =>
  entries.flatMap((entry) => (entry.type === 'clock-jump' ? [Math.round(entry.jump_ms / DAY_MS)] : []));

/** A row that the form has never seen before. */
function rowFile(amount: number): string {
  const header = 'Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price';
  const path = offices.path(`${amount}.csv`);
  writeFileSync(path, `${header}\n9,rent,60,no,fixed,73,129,0,0,${amount},1846\n`);
  return path;
}

describe('a wrong clock', () => {
  if (library !== null) {
    it('does not lock anybody out: the program decides, refers what it cannot date, verifies and signs', { timeout: 120_000 }, async () => {
      const office = offices.copy();
      const at = (wall: string, ...args: string[]): Promise<Run> =>
        runOutpost([...args, '--data', office], { ...UNDER, FAKETIME: `@${wall}` });
      const decide = (wall: string, amount: number) => at(wall, 'decide', rowFile(amount), '--product', 'instalment-loan', '--json');
      const wanted: [string, number, RegExp | null][] = [
        [NOW, 800, null],
        [BACK, 801, /NOT_YET_VALID/],
        [NOW, 802, null],
        [FORWARD, 803, /EXPIRED/],
        [NOW, 804, null],
      ];
      const seqs: number[] = [];
      for (const [wall, amount, doubt] of wanted) {
        const run = await decide(wall, amount);
        expect([wall, run.code, run.stderr]).toEqual([wall, 0, run.stderr]);
        const row = JSON.parse(run.stdout) as { seq: number; decision: string; reasons: string[] };
        seqs.push(row.seq);
        if (doubt === null) expect(row.reasons.join()).not.toMatch(/VALID|EXPIRED/);
        else expect([row.decision, row.reasons.join()]).toEqual(['refer', expect.stringMatching(doubt)]);
      }
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      for (const wall of [BACK, NOW, FORWARD]) {
        const run = await at(wall, 'log', 'verify', '--json');
        // Intact, with a tail that nobody has countersigned.
        expect(run.code).toBe(2);
        expect(verifyReport.parse(JSON.parse(run.stdout))).toMatchObject({ verdict: expect.stringMatching(/^intact/), findings: [] });
        expect((await at(wall, 'log', 'checkpoint')).code).toBe(0);
        expect((await at(wall, 'show', '--seq', String(seqs[0]))).code).toBe(0);
      }
      const folder = await openFolder(office, { passphrase: null, keyStore: null });
      const jumps = jumpsIn(entriesOf(folder.db));
      folder.close();
      // Forward while nobody was at work cannot be told from a long time off; the way back always can.
      expect(jumps).toEqual([-400, -3653]);
    });

    it('that is set while the program runs is told in the log each time, by how much', async () => {
      const directory = temporaryFolder();
      const clockFile = join(directory, 'clock');
      writeFileSync(clockFile, `@${NOW}\n`);
      const program = join(import.meta.dirname, 'append-under-clocks.ts');
      const clocks = [NOW, BACK, FORWARD, FORWARD, NOW].map((wall) => `@${wall}`);
      const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, directory, clockFile, ...clocks], {
        encoding: 'utf8',
        env: { ...process.env, ...UNDER, FAKETIME_TIMESTAMP_FILE: clockFile, FAKETIME_NO_CACHE: '1' },
      });
      expect([run.status, run.stderr]).toEqual([0, '']);
      const lines = run.stdout.trimEnd().split('\n');
      expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual([1, 3, 5, 6, 8]);
      // libfaketime starts a clock that was set a moment before the time that it was set to.
      const hours = lines.map((line) => Math.round(Date.parse(line.split(' ')[1]!) / HOUR_MS));
      expect(hours).toEqual([NOW, BACK, FORWARD, FORWARD, NOW].map((wall) => Date.parse(`${wall}Z`) / HOUR_MS));
      const reader = readerOf(join(directory, 'outpost.db'));
      const entries = entriesOf(reader);
      closeDatabase(reader);
      const types = ['genesis', 'failure', 'clock-jump', 'failure', 'clock-jump', 'failure', 'failure', 'clock-jump', 'failure'];
      expect(entries.map(({ type }) => type)).toEqual(types);
      expect(entries.map(({ seq }) => seq)).toEqual(types.map((_, i) => i));
      expect(jumpsIn(entries)).toEqual([-400, 4053, -3653]);
      const monos = entries.map(({ mono }) => mono);
      expect(monos).toEqual([...monos].sort((a, b) => a - b));
      expect(await verified(join(directory, 'outpost.db'))).toMatchObject({ verdict: expect.stringMatching(/^intact/), findings: [] });
    });
  } else {
    it('was not tried: faketime is not installed', () => {
      expect(library).toBeNull();
    });
  }
});

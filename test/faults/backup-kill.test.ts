/** kill -9 before calls that a backup and a restoring make on files: there is a whole one, or none. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../branch/decide-application.ts';
import { listEpochs } from '../../branch/log/epochs.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { getEntry, listEntriesOfType } from '../../db/log-entries.ts';
import { application } from '../support/application.ts';
import { backedUp, findingsOf, restore } from '../support/backups.ts';
import { Offices, openedBranch } from '../support/office.ts';

/** The last calls are the ones that matter most; of those before, some. */
const LAST = 6;
const SOME = 3;

const offices = new Offices();
let office: string;
let good: { file: string; recoveryKey: string };
beforeAll(async () => {
  await offices.make();
  office = offices.copy();
  const branch = await openedBranch(office);
  await decideApplication(branch, application());
  good = await backedUp(branch, offices.path('good.outpost-backup'));
  // Copies of it stand for the folder itself, which a crash does not move.
  branch.log.db.sqlite.exec("DELETE FROM settings WHERE key = 'place'");
  await branch.close();
});
afterAll(() => offices.remove());

function run(at: number, ...args: string[]): { told: string; killed: boolean; calls: number } {
  const shim = pathToFileURL(join(import.meta.dirname, 'kill-at-call.ts')).href;
  const program = join(import.meta.dirname, 'back-up-or-restore.ts');
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', shim, program, ...args],
    { encoding: 'utf8', env: { ...process.env, OUTPOST_KILL_AT: String(at) } },
  );
  return { told: stdout, killed: signal === 'SIGKILL', calls: Number(/^calls (\d+)$/m.exec(stderr)?.[1] ?? 0) };
}

function momentsOf(calls: number): number[] {
  const early = Array.from({ length: SOME }, (_, i) => 1 + Math.floor((i * (calls - LAST)) / SOME));
  return [...new Set([...early, ...Array.from({ length: LAST }, (_, i) => calls - LAST + 1 + i)])];
}

describe('kill -9', () => {
  it('during a backup leaves a whole one whose entry is in the log, or none under its name', { timeout: 240_000 }, async () => {
    const data = offices.path('killed');
    const out = offices.path('killed.outpost-backup');
    const anew = () => {
      for (const path of [data, out, `${out}.unfinished`]) rmSync(path, { recursive: true, force: true });
      cpSync(office, data, { recursive: true });
    };
    anew();
    const whole = run(0, 'backup', data, out);
    expect(whole.told).toMatch(/^[0-9a-f]{64}$/);
    const seen = new Set<string>();
    for (const at of momentsOf(whole.calls)) {
      anew();
      const { told, killed } = run(at, 'backup', data, out);
      const branch = await openedBranch(data);
      const seq = listEntriesOfType(branch.log.db, 'backup').at(-1)!;
      const entry = JSON.parse(String(getEntry(branch.log.db, seq)?.bytes)) as LogEntry & { sha256: string };
      const isThere = existsSync(out);
      if (isThere) expect([at, entry.sha256]).toEqual([at, createHash('sha256').update(readFileSync(out)).digest('hex')]);
      // Said is there.
      expect([at, killed, told === '' || isThere]).toEqual([at, true, true]);
      expect([at, await findingsOf(branch)]).toEqual([at, []]);
      await branch.close();
      seen.add(isThere ? 'whole' : existsSync(`${out}.unfinished`) ? 'unfinished' : 'none');
    }
    expect([...seen].sort()).toEqual(['none', 'unfinished', 'whole']);
  });

  it('during a restoring leaves a whole folder in an epoch of its own, or none under its name', { timeout: 240_000 }, async () => {
    const to = offices.path('restored');
    const anew = () => {
      for (const path of [to, `${to}.unfinished`]) rmSync(path, { recursive: true, force: true });
    };
    const args = ['restore', good.file, to, good.recoveryKey] as const;
    const whole = run(0, ...args);
    expect(whole.told).toBe('restored');
    const seen = new Set<string>();
    for (const at of momentsOf(whole.calls)) {
      anew();
      const { told, killed } = run(at, ...args);
      const isThere = existsSync(to);
      expect([at, killed, told === '' || isThere]).toEqual([at, true, true]);
      if (isThere) {
        const branch = await openedBranch(to);
        expect([at, listEpochs(branch.log.db).length, await findingsOf(branch)]).toEqual([at, 2, []]);
        await branch.close();
      } else {
        rmSync(`${to}.unfinished`, { recursive: true, force: true });
        expect((await restore(to, good)).size).toBeGreaterThan(0);
      }
      seen.add(isThere ? 'whole' : 'none');
    }
    expect([...seen].sort()).toEqual(['none', 'whole']);
  });
});

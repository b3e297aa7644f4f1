/** kill -9 while a model takes its place: the old one decides or the new one does, never neither. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { receiveModel } from '../../branch/activation/receive-release.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import { verifyOwnLog } from '../../branch/verify-own-log.ts';
import { listActive } from '../../db/active.ts';
import { application } from '../support/application.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { PRODUCT, Releases } from '../support/releases.ts';
import { canTrace } from './shim/can-trace.ts';
import { memoryFolder } from './shim/memory-folder.ts';

const CHANGES = ['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'unlink'];
/** Of the calls on the database, every fifth of the last ones: before them lies the opening, which other tests kill. */
const LAST = 50;
const EVERY = 5;
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-activate-')));
const data = join(root, 'data');
const calls = join(root, 'calls');
const offices = new Offices();
const releases = new Releases();
afterAll(() => {
  rmSync(root, { recursive: true });
  offices.remove();
  releases.remove();
});

const FILES = ['/outpost.db', '/outpost.db-wal', '/outpost.db-journal'];

function activate(before: string, release: ReturnType<Releases['model']>, at: { call: string; nth: number } | null) {
  rmSync(data, { recursive: true, force: true });
  cpSync(before, data, { recursive: true });
  const strace = ['-f', '-qq', '-o', calls, ...FILES.flatMap((file) => ['-P', data + file])];
  if (at !== null) strace.push('-e', `inject=${at.call}:signal=KILL:when=${at.nth}`);
  const program = join(import.meta.dirname, 'activate-until-killed.ts');
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program, data, release.file, JSON.stringify(release.offer)];
  const run = spawnSync('strace', [...strace, ...node], { encoding: 'utf8' });
  const made = readFileSync(calls, 'utf8').matchAll(/^\d+ +([a-z0-9_]+)\(/gm);
  return { told: run.stdout.trim(), killed: run.signal === 'SIGKILL', calls: [...made].map(([, name]) => name!) };
}

describe('kill -9 while a model becomes active', () => {
  if (canTrace) {
    it('leaves the old one or the new one, a log that verifies, and a way on', { timeout: 600_000 }, async () => {
      await offices.make();
      const before = offices.copy();
      const release = releases.model('champion', { version: '1.9.0' });
      const whole = activate(before, release, null);
      expect(whole.told).toBe('active');
      const all = whole.calls
        .map((call, i) => ({ call, nth: whole.calls.slice(0, i + 1).filter((other) => other === call).length }))
        .filter(({ call }) => CHANGES.includes(call));
      const seen = { old: 0, new: 0 };
      for (const at of all.slice(-LAST).filter((_, i) => i % EVERY === 0)) {
        const { told, killed } = activate(before, release, at);
        const branch = await openedBranch(data);
        const [champion] = listActive(branch.log.db).filter(({ product, alias }) => product === PRODUCT && alias === 'champion');
        const isNew = champion?.version === '1.9.0';
        seen[isNew ? 'new' : 'old'] += 1;
        expect([at, killed]).toEqual([at, true]);
        // Said is done; and what was not said may have been done.
        if (told !== '') expect([at, isNew]).toEqual([at, true]);
        const { model, decision } = await decideApplication(branch, application());
        expect([model?.sha256, decision.doubts]).toEqual([champion?.sha256, []]);
        expect((await receiveModel(branch, release)).state).toBe(isNew ? 'unchanged' : 'active');
        for await (const step of verifyOwnLog(branch)) if (step.step === 'report') expect([at, step.report.findings]).toEqual([at, []]);
        await branch.close();
      }
      console.log(`kill -9 at every ${EVERY}th of the last ${LAST} of ${all.length} changing calls: old ${seen.old}, new ${seen.new}`);
      expect([seen.old > 0, seen.new > 0]).toEqual([true, true]);
    });
  } else {
    it('was not tried: system calls cannot be traced on this machine', () => {
      expect(canTrace).toBe(false);
    });
  }
});

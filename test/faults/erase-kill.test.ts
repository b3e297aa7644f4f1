/** kill -9 at the system calls of an erasure: the person is erased or is not, and what is left to clean up is not forgotten. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { finishErasures, pendingCleanUp } from '../../branch/erasure/clean-up.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { findSubject } from '../../db/erasure.ts';
import { closeDatabase } from '../../db/handle.ts';
import { listEntriesOfType } from '../../db/log-entries.ts';
import { openWriter } from '../../db/open-database.ts';
import { applicationId, CODE, KEY } from '../support/log-samples.ts';
import { TestClock, verified } from '../support/temporary-log.ts';
import { canTrace } from './shim/can-trace.ts';
import { memoryFolder } from './shim/memory-folder.ts';

const CHANGES = ['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'unlink'];
const MOST_KILLS = 16;
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-erase-')));
const data = join(root, 'data');
const before = join(root, 'before');
const calls = join(root, 'calls');
afterAll(() => rmSync(root, { recursive: true }));

const FILES = ['/outpost.db', '/outpost.db-wal', '/outpost.db-journal'];
const program = [process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'erase-until-killed.ts'), data];

function erase(at: { call: string; nth: number } | null): { told: string; killed: boolean; calls: string[] } {
  rmSync(data, { recursive: true, force: true });
  cpSync(before, data, { recursive: true });
  const strace = ['-f', '-qq', '-o', calls, ...FILES.flatMap((file) => ['-P', data + file])];
  if (at !== null) strace.push('-e', `inject=${at.call}:signal=KILL:when=${at.nth}`);
  const run = spawnSync('strace', [...strace, ...program], { encoding: 'utf8' });
  const made = readFileSync(calls, 'utf8').matchAll(/^\d+ +([a-z0-9_]+)\(/gm);
  return { told: run.stdout.trim(), killed: run.signal === 'SIGKILL', calls: [...made].map(([, name]) => name!) };
}

/** What the next start finds and does. */
async function state(): Promise<{ erased: boolean; named: boolean; pending: boolean; cleaned: boolean; verdict: string }> {
  const opened = openWriter(join(data, 'outpost.db'), KEY);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  const { db } = opened;
  const log = openLog({ db, directory: data, clock: new TestClock(), code: CODE });
  const erased = listEntriesOfType(db, 'erasure').length === 1;
  const named = findSubject(db, applicationId(1)).decision?.isNamed === true;
  const pending = pendingCleanUp(db) !== null;
  finishErasures(log);
  const cleaned = pendingCleanUp(db) === null && (!pending || statSync(`${db.file}-wal`).size < 200_000);
  closeDatabase(db);
  return { erased, named, pending, cleaned, verdict: (await verified(join(data, 'outpost.db'))).verdict };
}

describe('kill -9 during an erasure', () => {
  if (canTrace) {
    it('leaves the person erased or not, never half, and the cleaning up is finished by the next start', { timeout: 240_000 }, async () => {
      mkdirSync(data);
      const [node, ...args] = program;
      expect(spawnSync(node!, [...args, 'make'], { encoding: 'utf8' }).stderr).toBe('');
      cpSync(data, before, { recursive: true });
      const whole = erase(null);
      expect(whole.told).toBe('6 true');
      expect(await state()).toMatchObject({ erased: true, named: false, pending: false });
      const all = whole.calls
        .map((call, i) => ({ call, nth: whole.calls.slice(0, i + 1).filter((other) => other === call).length }))
        .filter(({ call }) => CHANGES.includes(call));
      const moments = all.filter((_, i) => Math.floor((i * MOST_KILLS) / all.length) !== Math.floor(((i - 1) * MOST_KILLS) / all.length));
      const seen = new Map<string, number>();
      for (const at of moments) {
        const { told, killed } = erase(at);
        const after = await state();
        expect([at, killed, after]).toMatchObject([at, true, { named: !after.erased, cleaned: true, verdict: 'intact-unwitnessed-tail' }]);
        // Said is done; and an erasure that was not said may have been done.
        if (told !== '') expect(after.erased).toBe(true);
        const name = after.erased ? (after.pending ? 'erased, clean-up pending' : 'erased and clean') : 'not erased';
        seen.set(name, (seen.get(name) ?? 0) + 1);
      }
      console.log(
        `kill -9 at ${moments.length} of ${all.length} changing calls: ${[...seen].map(([name, n]) => `${name} ${n}`).join(', ')}`,
      );
      expect([...seen.keys()].sort()).toEqual(expect.arrayContaining(['erased, clean-up pending', 'not erased']));
    });
  } else {
    it('was not tried: system calls cannot be traced on this machine', () => {
      expect(canTrace).toBe(false);
    });
  }
});

/** kill -9 at the system calls that appends, and the closing of their log, make on the data folder's files. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canTrace } from './shim/can-trace.ts';
import { type Acknowledged, acknowledgeLine, examineFolder, nothingAcknowledged } from './shim/examine-state.ts';
import { memoryFolder } from './shim/memory-folder.ts';

const GROUPS = 2;
const ENTRIES = 3;
const CHANGES = ['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'unlink', 'rename'];
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-kill-')));
const data = join(root, 'data');
const calls = join(root, 'calls');
afterAll(() => rmSync(root, { recursive: true }));

const FILES = ['', '/outpost.db', '/outpost.db-wal', '/outpost.db-shm', '/outpost.db-journal', '/outpost.db-lock'];
const program = [process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'append-until-killed.ts'), data];

interface Moment {
  call: string;
  /** The how-manieth of its name, from 1. */
  nth: number;
}

/** Appends in a copy of the log `before`; killed at that call on the folder's files, where one is given. */
function append(before: string, at: Moment | null): { lines: string[]; killed: boolean; calls: string[] } {
  rmSync(data, { recursive: true, force: true });
  cpSync(before, data, { recursive: true });
  const strace = ['-f', '-qq', '-o', calls, ...FILES.flatMap((file) => ['-P', data + file])];
  if (at !== null) strace.push('-e', `inject=${at.call}:signal=KILL:when=${at.nth}`);
  const run = spawnSync('strace', [...strace, ...program, String(GROUPS)], { encoding: 'utf8' });
  const made = readFileSync(calls, 'utf8').matchAll(/^\d+ +([a-z0-9_]+)\(/gm);
  return { lines: run.stdout.split('\n').slice(0, -1), killed: run.signal === 'SIGKILL', calls: [...made].map(([, name]) => name!) };
}

/** Every call that changes a file, from the first on, and one of each other name: those leave the files as the next change finds them. */
function momentsIn(calls: readonly string[]): Moment[] {
  const moments = calls.map((call, i) => ({ call, nth: calls.slice(0, i + 1).filter((other) => other === call).length }));
  // Up to the first write is opening, which changes nothing in a log that is there.
  const after = moments.slice(calls.indexOf('pwrite64'));
  return after.filter(({ call }, i) => CHANGES.includes(call) || after.findIndex((other) => other.call === call) === i);
}

function acknowledgedIn(lines: readonly string[]): Acknowledged {
  const acknowledged = nothingAcknowledged();
  for (const line of lines) acknowledgeLine(acknowledged, `entry ${line}`);
  return acknowledged;
}

describe('kill -9 at a system call', () => {
  if (canTrace) {
    it('of an append that changes a file, whichever it is, loses nothing that was acknowledged', { timeout: 240_000 }, async () => {
      const before = join(root, 'before');
      // A log with two entries, closed, so that the appends under test begin its write-ahead log.
      mkdirSync(data);
      const [node, ...args] = program;
      expect(spawnSync(node!, [...args, '1'], { encoding: 'utf8' }).stderr).toBe('');
      cpSync(data, before, { recursive: true });
      const whole = append(before, null);
      expect(whole.lines).toHaveLength(ENTRIES);
      const kills = new Map<string, number>();
      const counts = new Set<number>();
      const moments = momentsIn(whole.calls);
      for (const at of moments) {
        const { lines, killed } = append(before, at);
        const acknowledged = acknowledgedIn(lines);
        expect([at, killed, await examineFolder(data, acknowledged, true)]).toEqual([at, true, null]);
        kills.set(at.call, (kills.get(at.call) ?? 0) + 1);
        counts.add(acknowledged.entries.size);
      }
      const told = [...kills].map(([call, times]) => `${call} ${times}`).join(', ');
      console.log(`kill -9 at ${moments.length} of ${whole.calls.length} calls, no problem: ${told}`);
      expect(moments.length).toBeGreaterThan(30);
      expect([...kills.keys()]).toEqual(expect.arrayContaining(['pwrite64', 'fsync', 'unlink']));
      expect([...counts].sort()).toEqual([0, 1, ENTRIES]);
    });
  } else {
    it('was not tried: system calls cannot be traced on this machine', () => {
      expect(canTrace).toBe(false);
    });
  }
});

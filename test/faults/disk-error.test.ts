import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getEntry } from '../../db/log-entries.ts';
import { readerOf, temporaryFolder, verified } from '../support/temporary-log.ts';
import { canTrace } from './shim/can-trace.ts';

/** The appending program under strace, which lets a system call fail from its k-th time on. */
function runWith(directory: string, injection: string): { status: number | null; lines: string[] } {
  const script = join(import.meta.dirname, 'append-until-killed.ts');
  const strace = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync,pwrite64', '-e', `inject=${injection}`];
  const run = spawnSync('strace', [...strace, process.execPath, '--disable-warning=ExperimentalWarning', script, directory, '30'], {
    encoding: 'utf8',
  });
  return { status: run.status, lines: (run.stdout ?? '').split('\n').slice(0, -1) };
}

describe('a disk that fails', () => {
  if (canTrace) {
    it.each([
      ['sync', 'fsync,fdatasync:error=EIO:when=20+'],
      ['one sync', 'fsync,fdatasync:error=EIO:when=24'],
      ['one write', 'pwrite64:error=EIO:when=150'],
      ['writes for lack of room', 'pwrite64:error=ENOSPC:when=160+'],
    ])(
      'at a %s stops the log without an acknowledgement, and is not tried again on the same handle',
      { timeout: 60_000 },
      async (_, injection) => {
        const directory = temporaryFolder();
        const { lines } = runWith(directory, injection);
        const full = injection.includes('ENOSPC');
        expect(lines).toContain(full ? 'failed disk-full' : 'failed disk-error');
        expect(lines.at(-1)).toBe(full ? 'again disk-full' : 'again disk-error');
        const acknowledged = lines.map((line) => line.split(' ')).filter(([seq]) => /^\d+$/.test(seq ?? ''));
        expect(acknowledged.length).toBeGreaterThan(3);
        const reader = readerOf(join(directory, 'outpost.db'));
        for (const [seq, hash] of acknowledged) expect(getEntry(reader, Number(seq))?.leafHash.toString('hex')).toBe(hash);
        expect(await verified(join(directory, 'outpost.db'))).toMatchObject({ verdict: 'intact-unwitnessed-tail' });
      },
    );

    it('never: the same run without a fault acknowledges everything, so the faults above are what stopped it', { timeout: 60_000 }, () => {
      const { lines, status } = runWith(temporaryFolder(), 'pwrite64:delay_exit=0');
      expect(status).toBe(0);
      expect(lines.some((line) => line.startsWith('failed'))).toBe(false);
      expect(lines.length).toBeGreaterThan(50);
    });
  } else {
    it('was not tried: system calls cannot be traced on this machine', () => {
      expect(canTrace).toBe(false);
    });
  }
});

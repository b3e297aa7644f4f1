import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../branch/keys/key-file.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { diskSpace } from '../../branch/log/disk-reserve.ts';
import { Failed } from '../../contract/failure.ts';
import { closeDatabase } from '../../db/handle.ts';
import { countLogRows, getEntry, getLogState } from '../../db/log-entries.ts';
import { openWriter } from '../../db/open-database.ts';
import { decisionDraft, KEY, readerOf, type TestLog, temporaryFolder, temporaryLog, verified } from '../support/temporary-log.ts';

const failure = (n: number) =>
  ({ type: 'failure', actor: 'system', role: 'system', kind: 'usage', happened: `${n} `.repeat(4000) }) as const;

/** Appends until it is refused. */
function fill({ log }: TestLog): { last: number; refusal: Failed } {
  for (let n = 0; n < 10_000; n++) {
    try {
      appendEntries(log, [{ entry: failure(n) }, { entry: failure(n) }]);
    } catch (error) {
      if (error instanceof Failed) return { last: log.frontier.size - 1, refusal: error };
      throw error;
    }
  }
  throw new Error('the disk never filled');
}

/** Runs `work` on a disk of `megabytes`; false where this user may not make one. */
async function onSmallDisk(megabytes: number, work: (directory: string) => Promise<void>): Promise<boolean> {
  const directory = join(temporaryFolder(), 'disk');
  mkdirSync(directory);
  const mounted =
    process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]).status === 0;
  if (!mounted) return false;
  try {
    await work(directory);
  } finally {
    spawnSync('umount', ['-l', directory]);
  }
  return true;
}

const canMount = await onSmallDisk(1, async () => undefined);

describe('a full disk', () => {
  it('refuses the append, keeps all that was acknowledged, and takes more once there is room (page limit)', async () => {
    const made = temporaryLog();
    const pages = Number(made.db.sqlite.pragma('page_count', { simple: true }));
    made.db.sqlite.pragma(`max_page_count = ${pages + 30}`);
    const { last, refusal } = fill(made);
    expect(refusal.failure.kind).toBe('disk-full');
    expect(refusal.failure.safe).toMatch(/not stored/);
    expect(countLogRows(made.db).entries).toBe(last + 1);
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: last + 1 });
    made.db.sqlite.pragma('max_page_count = 1000000');
    expect(appendEntries(made.log, [{ entry: failure(1) }])[0]?.seq).toBe(last + 1);
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: last + 2 });
  });

  if (canMount) {
    it('refuses the append and still reads and verifies (a disk of 6 MB)', async () => {
      await onSmallDisk(6, async (directory) => {
        const made = temporaryLog(directory);
        const { last, refusal } = fill(made);
        expect(refusal.failure.kind).toBe('disk-full');
        expect(getEntry(made.db, last)?.seq).toBe(last);
        expect(getLogState(made.db).size).toBe(last + 1);
        closeDatabase(made.db);
        const reader = readerOf(made.file);
        expect(countLogRows(reader).entries).toBe(last + 1);
        closeDatabase(reader);
        expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: last + 1 });
      });
    });

    it('decides nothing below the reserve, and still logs what is no decision', async () => {
      await onSmallDisk(32, async (directory) => {
        const { log, db } = temporaryLog(directory);
        expect(diskSpace(directory).low).toBe(true);
        expect(() => appendEntries(log, [{ entry: decisionDraft(1) }])).toThrow(/nearly full/);
        expect(getLogState(db).size).toBe(1);
        expect(appendEntries(log, [{ entry: failure(1) }])[0]?.seq).toBe(1);
        closeDatabase(db);
      });
    });

    it('is told when nothing can be made on it at all', async () => {
      await onSmallDisk(1, async (directory) => {
        spawnSync('dd', ['if=/dev/zero', `of=${join(directory, 'fill')}`, 'bs=4096']);
        expect(await createKey(join(directory, 'key.json'), { wrap: 'none' })).toMatchObject({ failure: { kind: 'disk-full' } });
        expect(openWriter(join(directory, 'outpost.db'), KEY)).toMatchObject({ failure: { kind: 'disk-full' } });
      });
    });
  } else {
    it('was tried with a page limit only: this user may not mount a small disk', () => {
      expect(canMount).toBe(false);
    });
  }
});

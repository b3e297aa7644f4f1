import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { closeDatabase } from '../../db/handle.ts';
import { getEntry, getLogState } from '../../db/log-entries.ts';
import { openWriter } from '../../db/open-database.ts';
import { KEY, readerOf, temporaryFolder, verified, writerOf } from '../support/temporary-log.ts';

const KILLS = 28;

function start(directory: string): { child: ChildProcess; lines: () => string[]; ended: Promise<unknown> } {
  const script = join(import.meta.dirname, 'append-until-killed.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  // A line that was cut off was not an acknowledgement.
  return { child, lines: () => text.split('\n').slice(0, -1), ended: once(child, 'close') };
}

async function firstLine(run: ReturnType<typeof start>): Promise<void> {
  while (run.lines().length === 0 && run.child.exitCode === null) await setTimeout(5);
}

describe('kill -9 while appending', () => {
  it(`loses no acknowledged entry in ${KILLS} kills at random moments, and the log verifies`, { timeout: 120_000 }, async () => {
    const directory = temporaryFolder();
    const file = join(directory, 'outpost.db');
    const acknowledged = new Map<number, string>();
    let largestCheckpoint = 0;
    for (let i = 0; i < KILLS; i++) {
      const run = start(directory);
      // Every fourth dies somewhere on its way up: opening, migrating, recovering.
      if (i % 4 === 3) await setTimeout(60 + Math.random() * 240);
      else await firstLine(run).then(() => setTimeout(Math.random() * 120));
      run.child.kill('SIGKILL');
      await run.ended;
      for (const line of run.lines()) {
        const [seq = '', hash = ''] = line.split(' ');
        if (seq === 'checkpoint') largestCheckpoint = Math.max(largestCheckpoint, Number(hash));
        else acknowledged.set(Number(seq), hash);
      }
      const reader = readerOf(file);
      expect(getLogState(reader).size).toBeGreaterThanOrEqual(Math.max(largestCheckpoint, ...acknowledged.keys(), 0));
      closeDatabase(reader);
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS);
    const reader = readerOf(file);
    for (const [seq, hash] of acknowledged) expect(getEntry(reader, seq)?.leafHash.toString('hex')).toBe(hash);
    expect(await verified(file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', findings: [] });
  });

  it('keeps a second writer out while the first lives, and lets it in after', { timeout: 30_000 }, async () => {
    const directory = temporaryFolder();
    const file = join(directory, 'outpost.db');
    const run = start(directory);
    await firstLine(run);
    expect(openWriter(file, KEY)).toMatchObject({ failure: { kind: 'data-folder-busy' } });
    readerOf(file);
    run.child.kill('SIGKILL');
    await run.ended;
    writerOf(file);
  });
});

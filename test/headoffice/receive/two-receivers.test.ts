/** Receivers as they are run: processes of their own on one PostgreSQL, which are killed, and whose database goes away and comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOfficeKeys } from '../../../headoffice/office-keys.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import { enrolTestBranch, heldEntries, type TestBranchLog, type TestDevice, testBranchLog } from '../../support/head-office.ts';
import { REPOSITORY } from '../../support/office.ts';
import { startPostgres } from '../../support/postgres.ts';
import { askState, sendEntries, type Told } from '../../support/signed-client.ts';

const postgres = await startPostgres(['fsync=off']);
const ENTRIES = 3000;
const BATCH = 100;

interface Process {
  base: string;
  child: ChildProcess;
}

describe.skipIf(postgres === null)('two receivers on one PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'receivers-'));
  const running: ChildProcess[] = [];
  let at: Receiving;

  beforeAll(async () => {
    const keys = await createOfficeKeys(join(folder, 'keys.json'), 'Test Bank', 'bank.example', null);
    at = { store: await openStore({ database: postgres!.url }), keys, now: Date.now };
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await at.store.close();
    await postgres!.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<Process> {
    const args = [
      'headoffice',
      'serve',
      '--folder',
      folder,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--fleet',
      'off',
      '--log-level',
      'silent',
    ];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(REPOSITORY, 'cli/main.ts'), ...args], {
      env: { ...process.env, OUTPOST_DATABASE: postgres!.url },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.push(child);
    let said = '';
    const base = await new Promise<string>((resolve, reject) => {
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /listens at (http:\/\/\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(said)));
    });
    return { base, child };
  }

  /** null: no answer came. */
  async function trying(work: () => Promise<Told>): Promise<Told | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TypeError || (error as Error).name === 'SyntaxError') return null;
      throw error;
    }
  }

  it('hold every entry once and in order, though one after the other is killed while it has work', async () => {
    const log = testBranchLog('kill').decide(ENTRIES - 1);
    const device = await enrolTestBranch(at, log, 'kill');
    const receivers = [await start(), await start()];
    let kills = 0;
    let unanswered = 0;
    let turn = 0;
    for (let size = 0; size < ENTRIES; ) {
      const one = receivers[turn++ % 2]!;
      const sending = trying(() => sendEntries(one.base, device, log.submission(size, Math.min(size + BATCH, ENTRIES))));
      const toBeKilled = kills < 3 && size > ((kills + 1) * ENTRIES) / 5;
      if (toBeKilled) {
        // At any time of its work: before the commit, or between the commit and the answer.
        await setTimeout(Math.random() * 12);
        one.child.kill('SIGKILL');
        kills += 1;
      }
      const answer = await sending;
      if (answer === null) {
        unanswered += 1;
        size = await sizeAt(receivers.find((other) => other !== one)!, device, log);
      } else size = answer.status === 200 ? (answer.json.size as number) : (answer.json.state?.size ?? size);
      if (toBeKilled) receivers[receivers.indexOf(one)] = await start();
    }
    expect(kills).toBe(3);
    console.log(`three receivers were killed; ${unanswered} submissions had no answer`);
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
    const { json } = await askState(receivers[0]!.base, device, log.log);
    expect(json).toMatchObject({ size: ENTRIES, root: log.root().toString('base64') });
    // Each submission that was taken is one row, and they lie end to end.
    const batches = await at.store.query<{ from_seq: number; to_seq: number }>('SELECT from_seq, to_seq FROM batches ORDER BY from_seq');
    expect(batches.every(({ from_seq }, i) => from_seq === (batches[i - 1]?.to_seq ?? 0))).toBe(true);
  }, 240_000);

  async function sizeAt({ base }: Process, device: TestDevice, log: TestBranchLog): Promise<number> {
    return (await askState(base, device, log.log)).json.size as number;
  }

  it('give one of two that race the place, whichever receiver they came to', async () => {
    const receivers = [await start(), await start()];
    const log = testBranchLog('race').decide(9);
    const device = await enrolTestBranch(at, log, 'race');
    await sendEntries(receivers[0]!.base, device, log.submission(0));
    const futures = [log.copy().decide(20, 1000), log.copy().decide(20, 2000)];
    const answers = await Promise.all(futures.map((future, n) => sendEntries(receivers[n]!.base, device, future.submission(10))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    const won = futures[answers.findIndex(({ status }) => status === 200)]!;
    expect(await heldEntries(at.store, log.log)).toEqual(won.entries);
    expect((await askState(receivers[1]!.base, device, log.log)).json).toMatchObject({ frozen: true, size: 30 });
  }, 120_000);

  it('say 503 while their database is gone, and go on when it is back; and end when they are told to', async () => {
    const one = await start();
    const log = testBranchLog('gone').decide(19);
    const device = await enrolTestBranch(at, log, 'gone');
    expect((await sendEntries(one.base, device, log.submission(0, 10))).status).toBe(200);
    await postgres!.halt();
    const refused = await sendEntries(one.base, device, log.submission(10));
    expect([refused.status, refused.json.type, refused.headers.get('retry-after')]).toEqual([503, 'urn:outpost:busy', '10']);
    expect([(await fetch(`${one.base}/readyz`)).status, (await fetch(`${one.base}/healthz`)).status]).toEqual([503, 200]);
    expect((await fetch(`${one.base}/metrics`)).status).toBe(200);
    await postgres!.resume();
    expect((await sendEntries(one.base, device, log.submission(10))).status).toBe(200);
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
    const ended = new Promise((resolve) => one.child.once('exit', resolve));
    one.child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }, 120_000);
});

if (postgres === null) it.skip('two receivers are NOT checked: PostgreSQL is not on this machine', () => undefined);

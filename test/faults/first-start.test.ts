/** Power cuts during the first start of a branch and its first decisions: the data folder, its key and its artefacts must outlast them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../branch/decide-application.ts';
import { verifyLog } from '../../branch/log/verify-log.ts';
import { openFolder } from '../../branch/open-branch.ts';
import { readDecision, showDecision } from '../../branch/show-decision.ts';
import { application } from '../support/application.ts';
import { openedBranch } from '../support/office.ts';
import { Disk } from './shim/disk-model.ts';
import { putState } from './shim/examine-state.ts';
import { memoryFolder } from './shim/memory-folder.ts';
import { cutPower } from './shim/power-cuts.ts';
import { removeRecorder, runRecorded, whyNoRecorder } from './shim/preload.ts';
import { Random, seedOfRun } from './shim/random.ts';
import { type Call, readTrace } from './shim/read-trace.ts';

const SEED = seedOfRun();
const NOTHING_AT_HAND = { passphrase: null, keyStore: null };
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-first-')));
afterAll(() => {
  rmSync(root, { recursive: true });
  removeRecorder();
});

/** Whether the power can go here and leave something new: after what changes names, and around every acknowledgement. */
const isWorthACut = ({ call }: Call): boolean => call === 'mkdir' || call === 'link' || call === 'rename' || call === 'acknowledge';

/** Every acknowledged decision, and the model, policy and product that made it. */
async function lookForDecisions(office: string, acknowledged: ReadonlyMap<number, string>, opensModels: boolean): Promise<void> {
  const folder = await openFolder(office, NOTHING_AT_HAND);
  try {
    for (const [seq, hash] of acknowledged) {
      expect(readDecision(folder.db, seq).hash).toBe(hash);
      const { model, characteristics, tables, identity } = await showDecision(folder.db, folder.store, seq);
      expect([characteristics, tables, identity]).not.toContain(null);
      if (opensModels) await folder.store.openModel(model!.sha256);
    }
  } finally {
    folder.close();
  }
}

/** The branch opens and decides, and its log verifies. */
async function goOn(office: string): Promise<void> {
  const branch = await openedBranch(office);
  const { seq } = await decideApplication(branch, application());
  const reader = branch.openReader();
  for await (const step of verifyLog(reader))
    if (step.step === 'report') expect(step.report).toMatchObject({ size: seq + 1, findings: [] });
  await branch.close();
}

describe('a power cut during the first start', () => {
  if (whyNoRecorder === null) {
    it('leaves a branch that opens and decides, with every decision that was acknowledged', { timeout: 240_000 }, async () => {
      const data = join(root, 'data');
      const trace = join(root, 'trace');
      mkdirSync(data);
      runRecorded('record-first-start.ts', [join(data, 'office')], { below: data, trace });
      const calls = readTrace(trace);
      const random = new Random(SEED);
      const disk = new Disk(data);
      const acknowledged = new Map<number, string>();
      const office = join(root, 'state', 'office');
      let states = 0;
      for (const call of calls) {
        disk.apply(call);
        if (call.call === 'acknowledge') acknowledged.set(Number(call.text.split(' ')[1]), call.text.split(' ')[2]!);
        if (!isWorthACut(call)) continue;
        for (const { state } of cutPower(disk, random, 1)) {
          putState(state, join(root, 'state'));
          states += 1;
          if (acknowledged.size > 0) await lookForDecisions(office, acknowledged, states % 5 === 0);
          if (states % 30 === 0 || call.call === 'link') await goOn(office);
        }
      }
      console.log(`first start (seed ${SEED}): ${states} states, ${acknowledged.size} decisions acknowledged, no problem`);
      expect(acknowledged.size).toBe(4);
      expect(states).toBeGreaterThan(30);
    });

    it('is told from a disk that fails or fills on the way, and goes on where it stopped', { timeout: 240_000 }, () => {
      const folder = join(root, 'failing');
      mkdirSync(folder);
      const runs = runRecorded('fail-first-start.ts', [folder], { below: folder }).map(
        (line) => JSON.parse(line) as { error: 'EIO' | 'ENOSPC'; failed: string; afterwards: string },
      );
      for (const { error, failed, afterwards } of runs)
        expect([error, failed, afterwards]).toEqual([error, error === 'EIO' ? 'disk-error' : 'disk-full', 'opens']);
      expect(runs).toHaveLength(2);
    });
  } else {
    it(`was not tried: ${whyNoRecorder}`, () => {
      expect(whyNoRecorder).not.toBeNull();
    });
  }
});

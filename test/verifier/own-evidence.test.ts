/** Bundles that the program exports, put before the verifier: two readings of docs/evidence-bundle.md that share no code. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../branch/decide-application.ts';
import { type EvidenceRequest, exportEvidence } from '../../branch/evidence/export-evidence.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { beginEpoch } from '../../branch/log/epochs.ts';
import { trustWitnesses } from '../../branch/log/witness-trust.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { application } from '../support/application.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { judge } from './judge.ts';
import { signer } from './sample-log.ts';

const HEAD_OFFICE = signer('head-office.example', 4);
const AUDIT = signer('internal-audit.example', 4);
const offices = new Offices();
let branch: Branch;
let countersigned = 0;

/** Two decisions, all countersigned, two more, a new epoch, and one more. */
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  trustWitnesses(branch.log, { witnesses: [HEAD_OFFICE.vkey, AUDIT.vkey], quorum: 2 }, { actor: 'it-1', role: 'it' });
  await decideApplication(branch, application());
  await decideApplication(branch, application({ identity: {} }));
  const { note, size } = checkpointLog(branch.log);
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  acceptCountersigned(branch.log, note + HEAD_OFFICE.line(text, 1_790_000_000) + AUDIT.line(text, 1_790_000_060));
  countersigned = size;
  await decideApplication(branch, application());
  await decideApplication(branch, application());
  checkpointLog(branch.log);
  beginEpoch(branch.log, 'restored');
  await decideApplication(branch, application());
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

let files = 0;
async function exported(request: Partial<EvidenceRequest>): Promise<Buffer> {
  files += 1;
  const path = offices.path(`exports/${files}.zip`);
  mkdirSync(dirname(path), { recursive: true });
  const { size } = branch.log.frontier;
  const auditor = branch.for({ account: 'ursula', role: 'auditor' });
  for await (const _ of exportEvidence(auditor, { from: 0, to: size - 1, personal: false, ...request }, path));
  return readFileSync(path);
}

describe('evidence that the program exports', () => {
  it('of the whole log is intact, but for what no witness saw', async () => {
    const { size } = branch.log.frontier;
    const judged = judge(await exported({}), { witnesses: [HEAD_OFFICE, AUDIT] });
    expect(judged).toMatchObject({
      tampered: [],
      malformed: [],
      exitCode: 2,
      size,
      countersigned,
      decisions: 5,
      opened: 0,
      strangeAnchors: 0,
    });
    expect(judged.replay).toEqual({ same: 5, erased: 0, different: 0, impossible: 0 });
    expect(judged.logs).toHaveLength(2);
    expect(judged.times.map(({ notAfter }: { notAfter: string | null }) => notAfter !== null)).toEqual([true, true, false, false, false]);
    expect(judged.times.map(({ notBefore }: { notBefore: string | null }) => notBefore !== null)).toEqual([false, false, true, true, true]);
  });

  it('with personal data opens what is sealed', async () => {
    expect(judge(await exported({ personal: true }))).toMatchObject({ tampered: [], malformed: [], opened: 4, sealed: 0 });
  });

  it('of one decision, and of a range with something withheld, proves just these', async () => {
    const { size } = branch.log.frontier;
    const last = judge(await exported({ from: size - 1 }), { witnesses: [HEAD_OFFICE, AUDIT] });
    // That export is an entry too: the range ends where the log stood.
    expect(last).toMatchObject({ tampered: [], malformed: [], exitCode: 2, countersigned });
    const range = judge(await exported({ from: countersigned - 2, to: countersigned + 1, withheld: [countersigned - 1], personal: true }));
    expect(range).toMatchObject({ tampered: [], malformed: [], exitCode: 2, withheld: 1, decisions: 3, opened: 3 });
  });
});

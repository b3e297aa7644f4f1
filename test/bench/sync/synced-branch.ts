/** A branch with real decisions, a head office in this process, and a line between the two on which every byte is counted. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { decisionEntry } from '../../../branch/decision-entry.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { ownDeps } from '../../../branch/sync/own-deps.ts';
import type { EnrolledPlace, SyncDeps } from '../../../branch/sync/sync-deps.ts';
import { todayOf } from '../../../branch/today.ts';
import type { Application } from '../../../contract/application.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { openTestHeadOffice, startReceiver, testDevice } from '../../support/head-office.ts';
import { freshApplications, openOffice, PRODUCT } from '../office.ts';
import { type LineShape, SlowLine } from '../updates/slow-line.ts';

/** Rows that are scored and explained together. */
const GROUP = 100;

export interface SyncedBranch {
  branch: Branch;
  line: SlowLine;
  deps: SyncDeps;
  /** Requests that the branch has sent. */
  requests(): number;
  /** Takes so many of the applications that are left. */
  decide(count: number): Promise<void>;
  /** Bytes of the entries [from, to), as they are stored. */
  entries(from: number, to: number): Buffer[];
  close(): Promise<void>;
}

/** @param decisions that will be made in all @param seed of their applications */
export async function openSyncedBranch(
  folder: string,
  dataDir: string,
  shape: LineShape,
  decisions: number,
  seed: number,
): Promise<SyncedBranch> {
  const branch = await openOffice(dataDir);
  const applications = await freshApplications(branch, join(folder, `sync-${seed}.csv`), decisions, seed);
  const at = await openTestHeadOffice('memory://', Date.now);
  const receiver = await startReceiver(at);
  const line = await SlowLine.open(receiver.base, shape);
  const device = testDevice();
  await at.store.query(`INSERT INTO branches (branch, name) VALUES ('bench', 'Bench')`);
  await at.store.query(
    `INSERT INTO devices (device, branch, public_key, recipient, platform) VALUES ($1, 'bench', $2, 'age1', 'linux-x64')`,
    [device.id, device.publicKey],
  );
  let requests = 0;
  const fetch: typeof globalThis.fetch = (input, init) => {
    requests += 1;
    return globalThis.fetch(input, init);
  };
  const place: EnrolledPlace = {
    name: at.keys.name,
    url: line.url,
    witness: parseVkey(at.keys.witness.vkey)!,
    further: [],
    recipient: at.keys.recipient,
    identity: '',
    device,
    pending: null,
  };
  let used = 0;
  return {
    branch,
    line,
    deps: { ...ownDeps(fetch), place: () => place },
    requests: () => requests,
    async decide(count) {
      const taken = applications.slice(used, used + count);
      used += count;
      await decideAll(branch, taken);
    },
    entries: (from, to) => listEntries(branch.log.db, from, to - from).map(({ bytes }) => bytes),
    async close() {
      await line.close();
      await receiver.stop();
      await at.store.close();
      await branch.close();
    },
  };
}

/** Every second applicant has a name, which is sealed in the entry. */
export async function decideAll(branch: Branch, applications: readonly Application[]): Promise<void> {
  for (let from = 0; from < applications.length; from += GROUP) await decideGroup(branch, applications.slice(from, from + GROUP));
  branch.tellChange();
}

async function decideGroup(branch: Branch, applications: readonly Application[]): Promise<void> {
  const ready = await branch.ready(PRODUCT);
  const named = applications.map((application, i) => ({
    ...application,
    applicationId: randomUUID(),
    ...(i % 2 === 0 ? { identity: { full_name: `Applicant ${randomUUID().slice(0, 8)}` } } : {}),
  }));
  const decided = await ready.decider.decideAll(named, { today: todayOf(branch.clock), explain: true });
  for (const [i, one] of decided.entries()) {
    if ('complaints' in one) throw new Error('an application was refused');
    // One by one, as at a desk: entries that are stored together share their time, and shrink further.
    appendEntries(branch.log, [decisionEntry(branch, ready, named[i]!, one).entry]);
  }
}

/** A branch's log that syncs with the head office in memory, on a virtual clock. */

import { generateKeyPairSync, hash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { ArtefactStore } from '../../../branch/artefacts/artefact-store.ts';
import type { Branch } from '../../../branch/branch.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { branchReport } from '../../../branch/sync/branch-report.ts';
import { SYNC_DEFAULTS, type SyncLimits } from '../../../branch/sync/limits.ts';
import type { EnrolledPlace, SyncDeps } from '../../../branch/sync/sync-deps.ts';
import { newSession, syncOnce, type Tried } from '../../../branch/sync/sync-once.ts';
import { type SyncState, syncState } from '../../../branch/sync/sync-state.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { openReader } from '../../../db/open-database.ts';
import { decisionDraft, KEY, type TestLog, temporaryLog } from '../../support/temporary-log.ts';
import { FakeHeadOffice, idOf, OFFICE_URL, OFFICE_VERIFIER } from './fake-head-office.ts';
import { VirtualTime } from './virtual-time.ts';

const DEVICE = generateKeyPairSync('ed25519');
const DEVICE_ID = hash('sha256', Buffer.from(DEVICE.publicKey.export({ format: 'jwk' }).x!, 'base64url'), 'hex');

export const NEVER = new AbortController().signal;

export interface Syncing {
  made: TestLog;
  branch: Branch;
  office: FakeHeadOffice;
  time: VirtualTime;
  deps: SyncDeps;
  place: EnrolledPlace;
  decide(count: number): void;
  /** One try. */
  sync(session?: ReturnType<typeof newSession>): Promise<Tried>;
  state(): SyncState;
  /** Everything that head office holds is what the log holds, entry by entry. */
  held(): Buffer[];
  stored(): Buffer[];
}

export function syncing(limits: Partial<SyncLimits> = {}, made: TestLog = temporaryLog(), over: FakeHeadOffice | null = null): Syncing {
  const time = new VirtualTime();
  const office = over ?? new FakeHeadOffice(new Map([[DEVICE_ID, DEVICE.publicKey]]), time.now);
  const { log } = made;
  if (over === null) office.register(log.origin, log.signer.vkey);
  const place: EnrolledPlace = {
    name: 'Head office',
    url: OFFICE_URL,
    witness: OFFICE_VERIFIER,
    further: [],
    recipient: '',
    identity: '',
    device: { id: DEVICE_ID, privateKey: DEVICE.privateKey },
    pending: null,
  };
  const branch = branchOf(made);
  const deps: SyncDeps = {
    fetch: office.fetch,
    clock: time,
    timers: time,
    limits: { ...SYNC_DEFAULTS, ...limits },
    place: () => place,
    settleEnrolment: () => {},
    deliveries: null,
    report: branchReport,
    encode: async (bytes) => ({
      encoding: 'br',
      bytes: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    }),
    random: () => 0.5,
    pause: async () => {},
  };
  return {
    made,
    branch,
    office,
    time,
    deps,
    place,
    decide(count) {
      const from = log.frontier.size;
      const entries = Array.from({ length: count }, (_, i) => ({ entry: decisionDraft(from + i) }));
      appendEntries(log, entries);
      branch.tellChange();
    },
    sync: async (session = newSession(deps)) => await time.until(syncOnce(branch, deps, NEVER, session)),
    state: () => syncState(log.db),
    held: () => office.logs.get(idOf(log.origin))!.entries,
    stored: () => listEntries(log.db, 0, log.frontier.size).map(({ bytes }) => bytes),
  };
}

function branchOf({ log, directory, clock, file }: TestLog): Branch {
  const listeners = new Set<() => void>();
  return {
    dataDir: directory,
    actor: 'system',
    role: 'system',
    clock,
    log,
    store: new ArtefactStore(directory),
    keyProtection: 'none',
    hasKeyStore: false,
    requireAtWork: () => {},
    openReader() {
      const opened = openReader(file, KEY);
      if ('failure' in opened) throw new Error(opened.failure.kind);
      return opened.db;
    },
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tellChange: () => {
      for (const listener of listeners) listener();
    },
    close: async () => closeDatabase(log.db),
  } as unknown as Branch;
}

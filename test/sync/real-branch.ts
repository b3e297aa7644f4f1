/** A branch's log and a receiver on real sockets, in this machine's time: what the proxy stands between. Knows no test runner. */

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { BranchLog } from '../../branch/log/branch-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { branchReport } from '../../branch/sync/branch-report.ts';
import { encodeBatch } from '../../branch/sync/encode.ts';
import { SYNC_DEFAULTS, type SyncLimits } from '../../branch/sync/limits.ts';
import type { SyncDeps } from '../../branch/sync/sync-deps.ts';
import { newSession, type SyncSession, syncOnce, type Tried } from '../../branch/sync/sync-once.ts';
import { type SyncState, syncState } from '../../branch/sync/sync-state.ts';
import { closeDatabase } from '../../db/handle.ts';
import { listEntries } from '../../db/log-entries.ts';
import { openReader, openWriter } from '../../db/open-database.ts';
import { buildReceiver } from '../../headoffice/receive/build-receiver.ts';
import { logOf } from '../../headoffice/receive/log-rows.ts';
import type { Receiving } from '../../headoffice/receive/receiving.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import type { Store } from '../../headoffice/store/store.ts';
import { heldEntries } from '../support/head-office.ts';
import { CODE, decisionDraft, KEY } from '../support/log-samples.ts';
import { asBranch } from './as-branch.ts';
import { TcpProxy } from './proxy.ts';
import { diskInMemory } from './simulator/disk-in-memory.ts';
import { DEVICE, OFFICE_KEYS, OFFICE_VERIFIER } from './simulator/sim-office.ts';

export interface Joined {
  store: Store;
  at: Receiving;
  proxy: TcpProxy;
  log: BranchLog;
  session: SyncSession;
  /** Through the proxy. */
  sync(): Promise<Tried>;
  state(): SyncState;
  decide(count: number): void;
  stored(): Buffer[];
  held(): Promise<Buffer[]>;
  close(): Promise<void>;
}

/** Both ends, and the proxy between them; the branch's device is known at head office. */
export async function joinByProxy(limits: Partial<SyncLimits> = {}): Promise<Joined> {
  const store = await openStore({ database: 'memory://', partitions: 1 });
  const at: Receiving = { store, keys: OFFICE_KEYS, now: Date.now };
  const app = buildReceiver({ ...at, limits: { requestsPerMinute: 1e9 } });
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  await store.query(`INSERT INTO branches (branch, name) VALUES ('madrid-01', 'Madrid')`);
  await store.query(
    `INSERT INTO devices (device, branch, public_key, recipient, platform) VALUES ($1, 'madrid-01', $2, 'age1', 'linux-x64')`,
    [DEVICE.id, DEVICE.publicKey],
  );
  const proxy = await TcpProxy.listen(port);
  const directory = mkdtempSync(diskInMemory());
  const file = join(directory, 'outpost.db');
  const opened = openWriter(file, KEY);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  const { db } = opened;
  const clock = { now: () => Date.now(), mono: () => performance.now() };
  const log = openLog({ db, directory, clock, code: CODE });
  const branch = asBranch(log, () => {
    const reader = openReader(file, KEY);
    if ('failure' in reader) throw new Error(reader.failure.kind);
    return reader.db;
  });
  const deps: SyncDeps = {
    fetch: globalThis.fetch,
    clock,
    timers: { set: (work, ms) => setTimeout(work, ms), clear: (timer) => clearTimeout(timer as NodeJS.Timeout) },
    limits: { ...SYNC_DEFAULTS, ...limits },
    place: () => ({
      name: 'Head office',
      url: proxy.url,
      witness: OFFICE_VERIFIER,
      further: [],
      recipient: '',
      identity: '',
      device: { id: DEVICE.id, privateKey: DEVICE.privateKey },
      pending: null,
    }),
    settleEnrolment: () => {},
    deliveries: null,
    report: branchReport,
    encode: encodeBatch,
    random: Math.random,
    pause: async () => {},
  };
  const session = newSession(deps);
  const signal = new AbortController().signal;
  return {
    store,
    at,
    proxy,
    log,
    session,
    sync: async () => await syncOnce(branch, deps, signal, session),
    state: () => syncState(db),
    decide(count) {
      const from = log.frontier.size;
      appendEntries(
        log,
        Array.from({ length: count }, (_, i) => ({ entry: decisionDraft(from + i) })),
      );
    },
    stored: () => listEntries(db, 0, log.frontier.size).map(({ bytes }) => bytes),
    held: async () => await heldEntries(store, logOf(log.origin)),
    async close() {
      await proxy.close();
      app.server.closeAllConnections();
      await app.close();
      await store.close();
      closeDatabase(db);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

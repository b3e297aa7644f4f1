/** The status line: who, where, how long the log is, how old model and policy are, whether there is room. */
import type { OfficeStatus } from '../contract/ipc.ts';
import { lastCountersigned } from '../db/countersigned.ts';
import { briefly, listProducts } from './active-artefacts.ts';
import { enrolledAt } from './enrolment/device.ts';
import { diskSpace } from './log/disk-reserve.ts';
import { logRoot } from './log-root.ts';
import type { Branch } from './open-branch.ts';
import { syncState, unsentOf } from './sync/sync-state.ts';
import { todayOf } from './today.ts';
import { noteTroubles } from './troubles.ts';

/** Disk space and expiry change by themselves: they are looked at again this often. */
const LOOK_AGAIN_MS = 30_000;

export async function officeStatus(branch: Branch): Promise<OfficeStatus> {
  const { log, store, actor, role, clock, keyProtection, dataDir } = branch;
  const { freeBytes, low } = diskSpace(dataDir);
  const products = await listProducts(log.db, store, todayOf(clock));
  const troubles = noteTroubles(branch, products);
  const { size, root } = logRoot(branch);
  const sync = syncState(log.db);
  const place = enrolledAt(log.db);
  return {
    branch: place?.branch ?? log.branch,
    origin: log.origin,
    actor,
    role,
    logSize: size,
    root,
    unsent: place === null ? size - (lastCountersigned(log.db)?.size ?? 0) : unsentOf(sync, size),
    headOffice: place?.headOffice.name ?? null,
    lastContact: sync.lastContact,
    lastCountersigned: sync.acked === null ? null : sync.acked.size - 1,
    syncFailure: sync.failure,
    diskFreeBytes: freeBytes,
    diskLow: low,
    keyProtection,
    products: products.map(briefly),
    troubles,
  };
}

/** The status now, and again whenever it differs, until the signal. */
export async function* watchOfficeStatus(branch: Branch, signal: AbortSignal): AsyncGenerator<OfficeStatus, void, void> {
  let wake = (): void => {};
  let pending = false;
  const ring = () => {
    pending = true;
    wake();
  };
  const stopListening = branch.onChange(ring);
  const timer = setInterval(ring, LOOK_AGAIN_MS);
  signal.addEventListener('abort', ring);
  let before = '';
  try {
    while (!signal.aborted) {
      pending = false;
      const status = await officeStatus(branch);
      // Free space moves with every commit of any program: shown to a tenth of a gigabyte it would still flicker.
      const key = JSON.stringify({ ...status, diskFreeBytes: Math.round(status.diskFreeBytes / 2 ** 30) });
      if (key !== before) yield status;
      before = key;
      if (!pending && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stopListening();
    clearInterval(timer);
    signal.removeEventListener('abort', ring);
  }
}

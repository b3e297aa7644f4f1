/**
 * One try to bring head office everything: enrolment where it waits, the epoch where it is new, then batch after batch from where head office stands, then what it
 * sends back, then the other witnesses. The log is the queue, and state only moves in transactions, so it may be cut off at any point and begun again.
 */
import { Failed, type Failure } from '../../contract/failure.ts';
import type { LogState } from '../../contract/sync.ts';
import { failureOfError } from '../../db/database-failures.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';
import type { Branch } from '../branch.ts';
import { acknowledge, isHeadOfficeBehind, keepFork, takeState } from './acknowledge.ts';
import { SyncError } from './call-head-office.ts';
import { failureOfSync } from './failure-of-sync.ts';
import { askWitnesses } from './further-witnesses.ts';
import { askDeliveries, askState, enrol, registerEpoch, targetOf } from './head-office.ts';
import { type Batch, makeBatch } from './make-batch.ts';
import { PartSize } from './part-size.ts';
import { type Sending, sendBatch, type Target } from './send-batch.ts';
import type { EnrolledPlace, SyncDeps } from './sync-deps.ts';
import { isStop, syncFailure } from './sync-failures.ts';
import { syncSettings } from './sync-settings.ts';
import { beginWith, changeSyncState, syncState } from './sync-state.ts';
import { takeNotes } from './take-notes.ts';

/** A delivery that was refused is asked for again: head office may have mended it, or this program may know its form by then. */
const DELIVERY_RETRY_MS = 600_000;

/** What one try leaves for the next, in memory: losing it costs a part of one batch. */
export interface SyncSession {
  parts: PartSize;
  sending: Sending | null;
  batchBytes: number;
}

export interface Tried {
  /** null: everything is acknowledged. */
  failure: Failure | null;
  /** As head office asked for. */
  retryAfterMs: number | null;
}

export function newSession({ limits }: Pick<SyncDeps, 'limits'>): SyncSession {
  return { parts: new PartSize(limits), sending: null, batchBytes: limits.batchBytes };
}

/** @throws the signal's reason, and bugs */
export async function syncOnce(
  branch: Branch,
  deps: SyncDeps,
  signal: AbortSignal,
  session: SyncSession = newSession(deps),
): Promise<Tried> {
  const { db } = branch.log;
  try {
    const place = reachable(deps.place(branch));
    beginWith(db, `${place.witness.name} ${place.witness.id}`);
    changeSyncState(db, { lastTry: timeOf(deps) });
    branch.tellChange();
    const failure = await bringAll({ branch, deps, place, signal, session });
    changeSyncState(db, { failure, stopped: null });
    return { failure, retryAfterMs: failure === null ? null : DELIVERY_RETRY_MS };
  } catch (error) {
    const failure = failureOf(error, branch);
    if (signal.aborted || failure === null) throw error;
    noteFailure(branch, failure);
    return { failure, retryAfterMs: error instanceof SyncError ? error.retryAfterMs : null };
  } finally {
    branch.tellChange();
  }
}

function reachable(place: EnrolledPlace | null): EnrolledPlace & { url: string } {
  if (place === null) throw new Failed(syncFailure('not-enrolled'));
  const { url } = place;
  if (url === null) throw new Failed(syncFailure('no-address'));
  return { ...place, url };
}

function failureOf(error: unknown, { dataDir }: Branch): Failure | null {
  // Somebody on the way finds it too large, and not head office: that goes by, as a proxy's 403 does.
  if (error instanceof SyncError && error.trouble === 'large' && error.problem === null)
    return failureOfSync(new SyncError('server', error.message, { cause: error }));
  if (error instanceof SyncError) return failureOfSync(error);
  return error instanceof Failed ? error.failure : failureOfError(error, dataDir);
}

/** On a disk that takes nothing more the failure is told all the same. */
function noteFailure({ log }: Branch, failure: Failure): void {
  try {
    const isStopped = isStop(failure) && failure.kind !== 'not-enrolled';
    changeSyncState(log.db, { failure, ...(isStopped ? { stopped: failure } : {}) });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
  }
}

interface Work {
  branch: Branch;
  deps: SyncDeps;
  place: EnrolledPlace & { url: string };
  signal: AbortSignal;
  session: SyncSession;
}

/**
 * Until nothing is left: what head office sends back becomes entries, which are to be sent as well.
 * @returns why something that it sent back was not taken, which holds up no entry
 */
async function bringAll(work: Work): Promise<Failure | null> {
  const { branch, place, signal, deps } = work;
  const { log } = branch;
  const answer = await enrol(deps, place, signal);
  if (answer !== null) {
    deps.settleEnrolment(branch, answer);
    changeSyncState(log.db, { registered: answer.state.origin, ...heard(deps) });
    takeState(log, place.witness, answer.state);
  }
  if (syncState(log.db).registered !== log.origin) await register(work);
  let hasHeard = answer !== null;
  let refused: Failure | null;
  do {
    if (syncState(log.db).held < log.frontier.size) {
      await sendEntries(work);
      hasHeard = true;
    }
    if (!hasHeard) await look(work);
    hasHeard = true;
    refused = await takeDeliveries(work);
  } while (syncState(log.db).held < log.frontier.size);
  await askWitnesses(log, place, deps, signal);
  return refused;
}

async function register(work: Work): Promise<void> {
  const { branch, place, signal, deps } = work;
  const { log } = branch;
  const state = await registerEpoch(deps, place, log, signal);
  // Deliveries are numbered for each log.
  changeSyncState(log.db, { registered: log.origin, delivered: 0, ...heard(deps) });
  work.session.sending = null;
  takeState(log, place.witness, state);
}

/** Where head office stands now. One that seems to be set back is asked twice, so that a stale answer raises no alarm. */
async function look(work: Work, told: LogState | null = null): Promise<void> {
  const { branch, deps, place, signal } = work;
  const { log } = branch;
  const target = targetOf(deps, place, log);
  const ask = async () => await askState(target, syncState(log.db).acked?.size ?? 0, signal);
  try {
    let state = told ?? (await ask());
    if (isHeadOfficeBehind(log, state) && !syncState(log.db).wasBehind) state = await ask();
    takeState(log, place.witness, state);
    changeSyncState(log.db, heard(deps));
  } catch (error) {
    if (!(error instanceof SyncError) || error.trouble !== 'log') throw error;
    // It was set back to before it knew this log at all.
    await register(work);
  }
}

/** One request in flight; the next batch is made while one is under way. */
async function sendEntries(work: Work): Promise<void> {
  const { branch, session } = work;
  const { log } = branch;
  const reader = branch.openReader();
  let next: Promise<Batch> | null = null;
  let turned = 0;
  try {
    while (syncState(log.db).held < log.frontier.size) {
      const from = syncState(log.db).held;
      const batch: Batch = await (session.sending?.batch.from === from && isCurrent(work, session.sending.batch)
        ? session.sending.batch
        : ((await takeNext(next, from)) ?? make(work, reader, from, Math.min(session.batchBytes, work.deps.limits.firstBatchBytes))));
      if (session.sending?.batch !== batch) session.sending = { batch, upload: null, offset: 0 };
      next = batch.to < log.frontier.size ? settled(make(work, reader, batch.to, session.batchBytes)) : null;
      const before = syncState(log.db);
      const { batchBytes } = session;
      if (await sendOne(work, session.sending)) turned = 0;
      else if (session.batchBytes === batchBytes) turned += 1;
      // It names one place, refuses what is sent from there and names the same again: that is no way to go on.
      if (turned > 3 && syncState(log.db).held === before.held) throw new SyncError('server', 'head office keeps naming the same place');
      branch.tellChange();
    }
  } finally {
    // Its reader is closed only once nobody reads by it.
    await next?.catch(() => undefined);
    closeDatabase(reader);
  }
}

/** A rejection that nobody waits for yet is no bug. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function takeNext(next: Promise<Batch> | null, from: number): Promise<Batch | null> {
  const batch = await next;
  return batch?.from === from ? batch : null;
}

/** Another epoch's batch is signed by a key that is gone. */
function isCurrent({ branch }: Work, batch: Batch): boolean {
  return batch.note.startsWith(`${branch.log.origin}\n`);
}

async function make({ branch, deps }: Work, reader: Reader, from: number, batchBytes: number): Promise<Batch> {
  deps.onStep?.({ step: 'preparing' });
  const { slice } = deps.limits;
  const report = await deps.report(branch);
  const { encode, pause } = deps;
  return await makeBatch(branch.log, reader, from, { batchBytes, slice, pause, encode, report });
}

/** @returns whether the batch is acknowledged; otherwise it is known by now where to go on. @throws what ends this try */
async function sendOne(work: Work, sending: Sending): Promise<boolean> {
  const { branch, deps, place, session, signal } = work;
  const { log } = branch;
  const { batch } = sending;
  const target: Target = targetOf(deps, place, log);
  try {
    const receipt = await sendBatch(target, sending, {
      parts: session.parts,
      bytesPerSecond: syncSettings(log.db).bytesPerSecond,
      acked: syncState(log.db).acked?.size ?? 0,
      signal,
      tell: (done, total) => deps.onStep?.({ step: 'sending', from: batch.from, to: batch.to, done, total }),
    });
    session.sending = null;
    if (receipt.size !== batch.to) {
      // It holds more than was sent: an earlier answer was lost.
      await look(work);
      return false;
    }
    acknowledge(log, place.witness, batch, receipt);
    changeSyncState(log.db, heard(deps));
    deps.onStep?.({ step: 'countersigned', size: batch.to });
    return true;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    await goOnAfter(work, batch, error);
    return false;
  }
}

/** What an answer that is no receipt says about how to go on. @throws the error itself, where it says nothing */
async function goOnAfter(work: Work, batch: Batch, error: SyncError): Promise<void> {
  const { branch, session } = work;
  const { problem, status, trouble } = error;
  // The upload goes on where the line broke; anything else begins the batch anew.
  if (trouble !== 'unreachable' && trouble !== 'stalled') session.sending = null;
  if (trouble === 'fork') throw keepFork(branch.log, knownOf(problem), problem?.state?.size ?? batch.to);
  if (status === 409 && problem?.state !== undefined) return await look(work, problem.state);
  if (trouble === 'log') return await register(work);
  if (trouble === 'large' && batch.to - batch.from > 1) {
    session.batchBytes = Math.max(1, Math.floor(Math.min(session.batchBytes, batch.bytes) / 2));
    return;
  }
  throw error;
}

function knownOf(problem: SyncError['problem']): string | null {
  return problem?.known ?? problem?.state?.note ?? null;
}

/** As far as head office says that there are any. What this program does not take in stays there, and is tried again later. */
async function takeDeliveries({ branch, deps, place, signal }: Work): Promise<Failure | null> {
  const { log } = branch;
  const target = targetOf(deps, place, log);
  for (;;) {
    const { deliveries, delivered } = syncState(log.db);
    if (deps.deliveries === null || delivered >= deliveries) return null;
    const notes = await askDeliveries(target, delivered, signal);
    try {
      takeNotes(branch, deps, notes);
    } catch (error) {
      if (error instanceof Failed && error.failure.kind === 'sync-refused') return error.failure;
      throw error;
    }
    if (syncState(log.db).delivered === delivered) return null;
  }
}

function heard(deps: SyncDeps): { lastContact: string } {
  return { lastContact: timeOf(deps) };
}

function timeOf({ clock }: Pick<SyncDeps, 'clock'>): string {
  return new Date(clock.now()).toISOString();
}

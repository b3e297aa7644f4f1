/** Head office's calls, apart from bringing a batch over. */
import { ACKED_HEADER, deliveries, type Enrolled, type LogState, logState, type NewEpoch } from '../../contract/sync.ts';
import type { BranchLog } from '../log/branch-log.ts';
import { listEpochs } from '../log/epochs.ts';
import { callForJson, type Line, SyncError } from './call-head-office.ts';
import { logIdOf } from './log-id.ts';
import { addressUnder, postEnrolment } from './post-enrolment.ts';
import type { Target } from './send-batch.ts';
import type { EnrolledPlace } from './sync-deps.ts';

export function targetOf(line: Line, place: EnrolledPlace & { url: string }, log: BranchLog): Target {
  return { line, device: place.device, url: addressUnder(place.url, `/v1/logs/${logIdOf(log.origin)}`) };
}

export async function askState({ line, device, url }: Target, acked: number, signal: AbortSignal): Promise<LogState> {
  const request = { method: 'GET', url: `${url}/state`, headers: { [ACKED_HEADER]: String(acked) }, body: null } as const;
  return stateOf(await callForJson(line, device, request, signal));
}

/**
 * Makes this log's epoch known; the same one may be made known again. A head office that knows none of those before it (it was restored from a backup) is
 * told of them all, the earliest first.
 */
export async function registerEpoch(
  line: Line,
  place: EnrolledPlace & { url: string },
  log: BranchLog,
  signal: AbortSignal,
): Promise<LogState> {
  const epochs = epochsOf(log);
  try {
    return await postEpoch(line, place, epochOf(log), signal);
  } catch (error) {
    if (!(error instanceof SyncError) || error.trouble !== 'log' || epochs.length < 2) throw error;
  }
  let state: LogState | undefined;
  for (const epoch of epochs) state = await postEpoch(line, place, epoch, signal);
  return state!;
}

async function postEpoch(line: Line, place: EnrolledPlace & { url: string }, epoch: NewEpoch, signal: AbortSignal): Promise<LogState> {
  const body = Buffer.from(JSON.stringify(epoch));
  const request = {
    method: 'POST',
    url: addressUnder(place.url, '/v1/logs'),
    headers: { 'content-type': 'application/json' },
    body,
  } as const;
  return stateOf(await callForJson(line, place.device, request, signal));
}

/** The epochs that this log has been in, as head office is told of them; the last is the one that it is in. */
export function epochsOf(log: BranchLog): NewEpoch[] {
  const epochs = listEpochs(log.db);
  return epochs.map(({ origin, vkey, from }, at) => {
    const before = epochs[at - 1];
    return { v: 1, origin, vkey, previous: before === undefined ? null : { origin: before.origin, size: from } };
  });
}

/** The epoch that this log is in. */
export function epochOf(log: BranchLog): NewEpoch {
  return epochsOf(log).at(-1)!;
}

export async function enrol(
  line: Line,
  { url, device, pending }: EnrolledPlace & { url: string },
  signal: AbortSignal,
): Promise<Enrolled | null> {
  return pending === null ? null : await postEnrolment(url, pending, device, line.fetch, signal, line);
}

/** The notes after delivery `after`, in order; head office gives some of them at a time. */
export async function askDeliveries({ line, device, url }: Target, after: number, signal: AbortSignal): Promise<string[]> {
  const request = { method: 'GET', url: `${url}/deliveries?after=${after}`, headers: {}, body: null } as const;
  const { data } = deliveries.safeParse(await callForJson(line, device, request, signal));
  if (data === undefined) throw new SyncError('malformed', 'the answer holds no deliveries');
  return data.notes;
}

function stateOf(value: unknown): LogState {
  const { data } = logState.safeParse(value);
  if (data === undefined) throw new SyncError('malformed', 'the answer is no state of a log');
  return data;
}

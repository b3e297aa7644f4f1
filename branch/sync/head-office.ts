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

/** The same epoch may be made known again. */
export async function registerEpoch(
  line: Line,
  place: EnrolledPlace & { url: string },
  log: BranchLog,
  signal: AbortSignal,
): Promise<LogState> {
  const body = Buffer.from(JSON.stringify(epochOf(log)));
  const request = {
    method: 'POST',
    url: addressUnder(place.url, '/v1/logs'),
    headers: { 'content-type': 'application/json' },
    body,
  } as const;
  return stateOf(await callForJson(line, place.device, request, signal));
}

/** The epoch that this log is in, as head office is told of it. */
export function epochOf(log: BranchLog): NewEpoch {
  const epochs = listEpochs(log.db);
  const at = epochs.findLastIndex(({ origin }) => origin === log.origin);
  const before = at > 0 ? epochs[at - 1] : undefined;
  const previous = before === undefined ? null : { origin: before.origin, size: epochs[at]!.from };
  return { v: 1, origin: log.origin, vkey: log.signer.vkey, previous };
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

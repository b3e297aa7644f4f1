/** The first thing that head office hears of a PC. */

import { Failed } from '../../contract/failure.ts';
import { type Enrolled, type Enrolment, enrolled } from '../../contract/sync.ts';
import { callForJson, type Fetch, type Line, SyncError } from './call-head-office.ts';
import { failureOfSync } from './failure-of-sync.ts';
import { SYNC_DEFAULTS } from './limits.ts';
import type { SigningDevice } from './signed-request.ts';

/** Of this machine, for callers that bring no world of their own. */
export function lineOf(fetch: Fetch): Line {
  return {
    fetch,
    clock: { now: () => Date.now(), mono: () => performance.now() },
    timers: { set: (work, ms) => setTimeout(work, ms), clear: (timer) => clearTimeout(timer as NodeJS.Timeout) },
    limits: SYNC_DEFAULTS,
  };
}

/**
 * Posts an enrolment and gives head office's answer once it is of the right form and about this branch, device and log. The same enrolment may be posted again.
 * @param url head office's address, as the branch file has it
 * @throws Failed sync-unreachable, where it may be tried again; branch-file-refused (the token was used, has expired, was taken back), sync-refused;
 * the signal's reason
 */
export async function postEnrolment(
  url: string,
  enrolment: Enrolment,
  device: SigningDevice,
  fetch: Fetch,
  signal: AbortSignal,
  line: Line = lineOf(fetch),
): Promise<Enrolled> {
  try {
    const body = Buffer.from(JSON.stringify(enrolment));
    const request = { method: 'POST', url: addressUnder(url, '/v1/enrol'), headers: { 'content-type': 'application/json' }, body } as const;
    const answer = enrolled.safeParse(await callForJson(line, device, request, signal));
    const { data } = answer;
    if (
      data === undefined ||
      data.branch !== enrolment.branch ||
      data.device !== enrolment.device.id ||
      data.state.origin !== enrolment.origin
    )
      throw new SyncError('malformed', 'the answer is not about this enrolment');
    return data;
  } catch (error) {
    throw error instanceof SyncError ? new Failed(failureOfSync(error), { cause: error }) : error;
  }
}

/** Head office's address may have a path of its own, behind a proxy say. */
export function addressUnder(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}

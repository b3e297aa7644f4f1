import type { Failure } from '../../contract/failure.ts';
import type { SyncError } from './call-head-office.ts';
import { syncFailure } from './sync-failures.ts';

/** What a person is told of it; `detail` is the line's or the server's own word. */
export function failureOfSync({ trouble, message, status }: SyncError): Failure {
  return syncFailure(trouble, { detail: message.slice(0, 300), ...(status === null ? {} : { status }) });
}

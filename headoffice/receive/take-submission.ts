/** Encoded bytes, as a line or an upload brought them, to an answer. */
import type { Receipt } from '../../contract/sync.ts';
import { parseSubmission } from '../../ledger/submission.ts';
import { decodeBody } from './decode-body.ts';
import { receiveSubmission } from './receive-submission.ts';
import { Refused, refuse } from './receiving.ts';
import type { Receiver } from './signed-requests.ts';

export interface Encoded {
  device: string;
  log: string;
  encoding: string;
  bytes: Buffer;
  acked: number | undefined;
}

/** @throws Refused */
export async function takeSubmission({ at, gate, metrics }: Receiver, { device, log, encoding, bytes, acked }: Encoded): Promise<Receipt> {
  return await gate.through(async () => {
    const decoded = await decodeBody(encoding, bytes);
    const submission = parseSubmission(decoded);
    if (submission === null) throw new Refused(refuse('malformed', 400, 'The body is no submission.'));
    if (submission.head.log !== log) throw new Refused(refuse('malformed', 400, 'The submission is of another log than its address.'));
    const answer = await receiveSubmission(at, device, submission, bytes.length, acked);
    if ('problem' in answer) throw new Refused(answer);
    metrics.received(submission.entries.length, bytes.length, decoded.length);
    return answer.receipt;
  });
}

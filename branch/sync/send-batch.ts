/**
 * Brings one batch over: a small one as one request, a larger one in parts, so that a line that is cut costs the part that was under way and not the batch
 * (draft-ietf-httpbis-resumable-upload). The answer to the last part is the receipt.
 */
import { ACKED_HEADER, type Receipt, receipt, SUBMISSION_TYPE } from '../../contract/sync.ts';
import { type Answer, call, callForJson, jsonOf, type Line, refuseOthers, SyncError } from './call-head-office.ts';
import type { Batch } from './make-batch.ts';
import { pacer } from './pace.ts';
import type { PartSize } from './part-size.ts';
import type { RequestParts, SigningDevice } from './signed-request.ts';

/** Where batches of one log go. */
export interface Target {
  line: Line;
  device: SigningDevice;
  /** `<head office>/v1/logs/<log>`. */
  url: string;
}

export interface Sending {
  batch: Batch;
  /** Of the upload, once head office has named it: it outlives a try. */
  upload: string | null;
  /** Bytes that head office is known to have of it. */
  offset: number;
}

export interface SendOptions {
  parts: PartSize;
  bytesPerSecond: number | null;
  acked: number;
  signal: AbortSignal;
  tell(done: number, total: number): void;
}

/**
 * @returns head office's answer, of the right form; whether it counts is for `acknowledge` to say
 * @throws SyncError, after which `sending` may be tried again; the signal's reason
 */
export async function sendBatch(target: Target, sending: Sending, options: SendOptions): Promise<Receipt> {
  const { body } = sending.batch;
  const { parts, bytesPerSecond, signal, tell } = options;
  const keepPace = pacer(target.line, bytesPerSecond, signal);
  tell(sending.offset, body.length);
  if (sending.upload === null && body.length <= Math.min(parts.bytes(bytesPerSecond), target.line.limits.firstPart)) {
    try {
      const answer = await callForJson(target.line, target.device, wholeRequest(target, sending.batch, options), signal);
      tell(body.length, body.length);
      await keepPace(body.length);
      return receiptOf(answer);
    } catch (error) {
      // A line that breaks before the end of it each time would never bring it whole: the next try is in parts that it bears.
      if (isBreak(error)) parts.shrink();
      throw error;
    }
  }
  if (sending.upload !== null) await askOffset(target, sending, signal);
  for (;;) {
    const before = sending.offset;
    try {
      const answer = await sendPart(target, sending, options);
      tell(sending.offset, body.length);
      if (answer !== null) {
        await keepPace(sending.offset - before);
        return answer;
      }
      parts.grow();
    } catch (error) {
      if (!isBreak(error)) throw error;
      parts.shrink();
      // What arrived of a broken part counts. Nothing did: the line is down, and the next try is not at once.
      if (sending.upload === null) throw error;
      await askOffset(target, sending, signal);
      if (sending.offset <= before) throw error;
    }
    await keepPace(sending.offset - before);
  }
}

function isBreak(error: unknown): error is SyncError {
  return error instanceof SyncError && (error.trouble === 'unreachable' || error.trouble === 'stalled');
}

function wholeRequest({ url }: Target, { body, encoding }: Batch, { acked }: SendOptions): RequestParts {
  const headers = { 'content-type': SUBMISSION_TYPE, 'content-encoding': encoding, [ACKED_HEADER]: String(acked) };
  return { method: 'POST', url: `${url}/entries`, headers, body };
}

/** The first part makes the upload, in the same round trip. @returns the receipt, of the last part; null before */
async function sendPart(target: Target, sending: Sending, options: SendOptions): Promise<Receipt | null> {
  const { line, device, url } = target;
  const { batch, upload, offset } = sending;
  // What arrives of the first part before a break is lost, since the upload has no name here yet: it stays small, however good the line was.
  const most = upload === null ? line.limits.firstPart : Number.POSITIVE_INFINITY;
  const end = Math.min(batch.body.length, offset + Math.min(most, options.parts.bytes(options.bytesPerSecond)));
  const isLast = end === batch.body.length;
  const body = batch.body.subarray(offset, end);
  const complete = { 'upload-complete': isLast ? '?1' : '?0' };
  const request: RequestParts =
    upload === null
      ? {
          method: 'POST',
          url: `${url}/uploads`,
          headers: {
            'content-type': SUBMISSION_TYPE,
            'content-encoding': batch.encoding,
            ...complete,
            'upload-length': String(batch.body.length),
            [ACKED_HEADER]: String(options.acked),
          },
          body,
        }
      : {
          method: 'PATCH',
          url: upload,
          headers: { 'content-type': 'application/partial-upload', ...complete, 'upload-offset': String(offset) },
          body,
        };
  const answer = await call(line, device, request, options.signal);
  const told = upload !== null && answer.status === 409 ? offsetOf(answer) : null;
  // Where the offset is ours, it is the log that stands elsewhere, and not the upload: asking again would never end.
  if (told !== null && told !== offset) {
    sending.offset = placeWithin(batch, told);
    return null;
  }
  // It was given up there, or its receiver was replaced: the batch starts over.
  if (upload !== null && answer.status === 404) {
    Object.assign(sending, { upload: null, offset: 0 });
    throw new SyncError('server', 'head office no longer has the parts that were sent', { status: 404 });
  }
  if (isLast && upload !== null) return takeReceipt(answer, sending, end);
  if (answer.status !== 201 && answer.status !== 204) {
    // A creation that holds all of it may be answered as the last part is.
    refuseOthers(answer);
    return takeReceipt(answer, sending, end);
  }
  sending.upload = upload ?? uploadOf(answer, url);
  const had = offsetOf(answer);
  sending.offset = had === null ? end : placeWithin(batch, had);
  return null;
}

function takeReceipt(answer: Answer, sending: Sending, end: number): Receipt {
  refuseOthers(answer);
  sending.offset = end;
  return receiptOf(jsonOf(answer));
}

function receiptOf(value: unknown): Receipt {
  const { data } = receipt.safeParse(value);
  if (data === undefined) throw new SyncError('malformed', 'the answer is no receipt');
  return data;
}

/** How much of the upload head office has. 404: none, and the batch starts over. */
async function askOffset({ line, device, url }: Target, sending: Sending, signal: AbortSignal): Promise<void> {
  const answer = await call(line, device, { method: 'HEAD', url: sending.upload ?? url, headers: {}, body: null }, signal);
  const offset = offsetOf(answer);
  if (answer.status === 404 || answer.status === 410) Object.assign(sending, { upload: null, offset: 0 });
  else if (answer.status >= 200 && answer.status < 300 && offset !== null) sending.offset = placeWithin(sending.batch, offset);
  else refuseAll(answer);
}

function refuseAll(answer: Answer): never {
  refuseOthers(answer);
  throw new SyncError('malformed', `HTTP ${answer.status} says nothing of an upload`, { status: answer.status });
}

function offsetOf({ headers }: Answer): number | null {
  const text = headers.get('upload-offset');
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

function placeWithin({ body }: Batch, offset: number): number {
  if (offset > body.length) throw new SyncError('malformed', 'head office claims more of the batch than there is');
  // All of it is there but its receipt: the last byte is not sent again, an empty last part is.
  return offset;
}

/** Only an address of the same head office: an answer could name any. */
function uploadOf({ headers }: Answer, url: string): string {
  const location = headers.get('location');
  const resolved = location === null ? null : URL.parse(location, url);
  if (resolved === null || resolved.origin !== new URL(url).origin) throw new SyncError('malformed', 'no upload was named');
  return resolved.href;
}

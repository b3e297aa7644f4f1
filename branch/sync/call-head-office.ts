/**
 * One request and its answer. Nothing of an answer is believed here but its form: a captive portal's page, half an answer or a stranger's is told as what it
 * is and never as head office's word.
 */
import { PROBLEMS, type Problem, problem } from '../../contract/sync.ts';
import type { SyncLimits } from './limits.ts';
import { type RequestParts, type SigningDevice, signedHeaders } from './signed-request.ts';
import type { SyncCause } from './sync-failures.ts';

export type Fetch = typeof globalThis.fetch;

export interface Timers {
  /** @returns what `clear` takes */
  set(work: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

/** What a call needs of the world. A simulator brings its own. */
export interface Line {
  fetch: Fetch;
  clock: { now(): number; mono(): number };
  timers: Timers;
  limits: SyncLimits;
}

/** What came in the place of an answer that was hoped for. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly trouble: SyncCause;
  readonly status: number | null;
  readonly problem: Problem | null;
  readonly retryAfterMs: number | null;

  constructor(
    cause: SyncCause,
    detail: string,
    more: { status?: number; problem?: Problem; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.trouble = cause;
    this.status = more.status ?? null;
    this.problem = more.problem ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Buffer;
}

/**
 * Sends one signed request and reads its answer to the end, within the time that its bytes take on a slow line.
 * @throws SyncError where no answer of head office's came; the signal's reason
 */
export async function call(line: Line, device: SigningDevice, parts: RequestParts, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const { limits, timers } = line;
  const stalled = new AbortController();
  const patience = limits.idleMs + ((parts.body?.length ?? 0) * 1000) / limits.minBytesPerSecond;
  const timer = timers.set(() => stalled.abort(), patience);
  const either = AbortSignal.any([signal, stalled.signal]);
  try {
    const answer = await line.fetch(parts.url, {
      method: parts.method,
      headers: signedHeaders(device, parts, line.clock.now()),
      body: parts.body as Uint8Array<ArrayBuffer> | null,
      signal: either,
      // A portal redirects to its own page; head office never does.
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
    });
    return { status: answer.status, headers: answer.headers, body: await readBody(answer, limits.answerBytes) };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof SyncError) throw error;
    if (stalled.signal.aborted) throw new SyncError('stalled', `nothing came for ${Math.round(patience / 1000)} s`, { cause: error });
    throw new SyncError('unreachable', reasonOf(error), { cause: error });
  } finally {
    timers.clear(timer);
  }
}

/** The answer's JSON, once its status is 200 and its type is JSON; every other answer is thrown as what it is. */
export async function callForJson(line: Line, device: SigningDevice, parts: RequestParts, signal: AbortSignal): Promise<unknown> {
  const answer = await call(line, device, parts, signal);
  refuseOthers(answer);
  return jsonOf(answer);
}

/** @throws SyncError for every answer that is not head office's 2xx in JSON */
export function refuseOthers(answer: Answer): void {
  const { status, headers } = answer;
  const type = headers.get('content-type') ?? '';
  if (status === 511 || /\bx?html\b/i.test(type) || (status >= 300 && status < 400))
    throw new SyncError('portal', `HTTP ${status} ${type}`, { status });
  if (status >= 200 && status < 300) {
    if (!/^application\/(json|[a-z.+-]*\+json)\b/i.test(type)) throw new SyncError('malformed', `HTTP ${status} ${type}`, { status });
    return;
  }
  const told = problemOf(answer);
  throw new SyncError(causeOf(status, told), told?.detail ?? `HTTP ${status}`, {
    status,
    ...(told === null ? {} : { problem: told }),
    retryAfterMs: retryAfterOf(headers.get('retry-after')),
  });
}

export function jsonOf({ body, status }: Answer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyncError('malformed', 'the answer broke off, or is no JSON', { status, cause: error });
  }
}

function problemOf(answer: Answer): Problem | null {
  if (!/^application\/problem\+json\b/i.test(answer.headers.get('content-type') ?? '')) return null;
  try {
    return problem.safeParse(JSON.parse(answer.body.toString('utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const CAUSES: ReadonlyMap<string, SyncCause> = new Map([
  [PROBLEMS.unsigned, 'unsigned'],
  [PROBLEMS.device, 'device'],
  [PROBLEMS.token, 'token'],
  [PROBLEMS.log, 'log'],
  [PROBLEMS.large, 'large'],
  [PROBLEMS.fork, 'fork'],
  [PROBLEMS.checkpoint, 'checkpoint'],
  [PROBLEMS.busy, 'busy'],
]);

/**
 * Only an answer in head office's own form (RFC 9457, with a cause that we know) stops sync: a proxy's 403, a load balancer's 404 or a portal's 401 is
 * the line's trouble, and goes by.
 */
function causeOf(status: number, told: Problem | null): SyncCause {
  const known = told === null ? undefined : CAUSES.get(told.type);
  if (known !== undefined) return known;
  if (status === 413) return 'large';
  if (status === 429 || status === 503) return 'busy';
  if (told?.type.startsWith('urn:outpost:') && status < 500 && status !== 409) return 'refused';
  return 'server';
}

/** Seconds, or a date (RFC 9110, 10.2.3); a date is not used, since this PC's clock may be off by years. */
function retryAfterOf(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) * 1000 : null;
}

async function readBody({ body }: Response, most: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > most) throw new SyncError('malformed', 'the answer is longer than any of head office’s');
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}

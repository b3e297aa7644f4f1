/** A repository on a web server, plain static files. Nothing of its answers is believed but the bytes, which signed metadata vouch for. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LinkError } from './link-error.ts';
import { isSafeName, type OpenedFile, type Source } from './source.ts';

export type Fetch = typeof globalThis.fetch;

/** Of an answer that is not wanted. */
const MOST_LEFT_BYTES = 2048;
const MOST_LEFT_MS = 2000;

export function webSource(url: string, fetch: Fetch): Source {
  const base = url.replace(/\/+$/, '');
  return { url: base, open: async (file, from, signal) => await openUrl(fetch, base, file, from, signal) };
}

async function openUrl(fetch: Fetch, base: string, file: string, from: number, signal: AbortSignal): Promise<OpenedFile> {
  if (!isSafeName(file)) throw new LinkError('not-a-file', file, 'its name is none that a repository has');
  const answer = await ask(fetch, `${base}/${file}`, file, from, signal);
  try {
    refusePage(answer, file);
    const { offset, total } = placeOf(answer, file, from);
    if (answer.body === null) throw new LinkError('interrupted', file, 'the answer is empty');
    return { offset, total, ...reading(answer.body, file) };
  } catch (error) {
    await letGo(answer);
    throw error;
  }
}

/**
 * What is read to its end leaves the connection to the next request; what is given up ends it, and a new one costs a round trip (with TLS two or three).
 * Every check begins with such an answer: that there is no newer root (TUF 5.3.3). A long one would cost more than that, and a trickling one is not waited for.
 */
async function letGo({ body, headers }: Response): Promise<void> {
  if (body === null) return;
  const reader = body.getReader();
  const giveUp = () => void reader.cancel().catch(() => undefined);
  const late = setTimeout(giveUp, MOST_LEFT_MS);
  const isLong = (numberOf(headers.get('content-length')) ?? 0) > MOST_LEFT_BYTES;
  try {
    for (let came = 0; !isLong && came <= MOST_LEFT_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      came += value.length;
    }
  } catch {
    // A line that broke is told by what is asked for next.
  } finally {
    clearTimeout(late);
    giveUp();
  }
}

async function ask(fetch: Fetch, url: string, file: string, from: number, signal: AbortSignal): Promise<Response> {
  // Compressed answers would make lengths and ranges mean something else, and could be a bomb.
  const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
  // Node's own fetch takes a connection for busy until the turn after its answer's end, and would open another.
  await nextTurn();
  try {
    return await fetch(url, { headers, signal, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new LinkError('unreachable', file, reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}

/** A captive portal answers everything with a page of its own, mostly with 200; a repository has no pages. */
function refusePage(answer: Response, file: string): void {
  const { status } = answer;
  const isPage = /\b(html|xhtml)\b/i.test(answer.headers.get('content-type') ?? '');
  if (status === 511 || (answer.ok && isPage)) throw new LinkError('portal', file, 'a page came in its place', { status });
  if (status === 404 || status === 403 || status === 410) throw new LinkError('missing', file, `HTTP ${status}`, { status });
  if (!answer.ok) throw new LinkError('http-error', file, `HTTP ${status}`, { status });
}

/** Which bytes came: 206 with the right place goes on, 200 starts over (RFC 9110 14.2: a server may ignore a range). */
function placeOf(answer: Response, file: string, from: number): { offset: number; total: number | null } {
  if (answer.status !== 206) return { offset: 0, total: numberOf(answer.headers.get('content-length')) };
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers.get('content-range') ?? '') ?? [];
  if (first === undefined || Number(first) !== from || Number(last) < from)
    throw new LinkError('interrupted', file, 'the server gave another part than the one asked for', { status: 206 });
  return { offset: from, total: numberOf(whole ?? null) };
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function reading(body: ReadableStream<Uint8Array>, file: string): Pick<OpenedFile, 'read' | 'close'> {
  const reader = body.getReader();
  return {
    async read() {
      try {
        const { done, value } = await reader.read();
        return done ? null : value;
      } catch (error) {
        throw new LinkError('interrupted', file, `the line broke off (${reasonOf(error)})`, { cause: error });
      }
    },
    // What a broken line says to being closed no longer matters.
    close: () => void reader.cancel().catch(() => undefined),
  };
}

/**
 * Bounds what the other side can do with electron-updater's requests for parts of a file. It takes whatever comes: a whole file for each part that
 * it asks for, a body without an end (endless data attack), or nothing for ever (electron-builder#4618: its time limit hangs on an event that
 * Electron's requests do not have). Each ends here as an error of the request, and electron-updater then asks for the whole file.
 */
import type { IncomingMessage } from 'node:http';

export interface RequestLimits {
  /** Nothing arrives for so long: given up. Milliseconds. */
  idleMs: number;
  /** Slower than this over a whole part: given up (slow retrieval attack). Bytes per second. */
  minBytesPerSecond: number;
}

export const REQUEST_LIMITS: RequestLimits = { idleMs: 30_000, minBytesPerSecond: 500 };

interface Request {
  abort(): void;
  emit(event: 'error', error: Error): boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** As electron-updater's executors have it. */
export interface Requesting<R extends Request> {
  createRequest(options: { headers?: Record<string, unknown> | null }, callback: (response: IncomingMessage) => void): R;
}

export function boundRequests<R extends Request>(executor: Requesting<R>, limits: RequestLimits = REQUEST_LIMITS): void {
  const create = executor.createRequest.bind(executor);
  executor.createRequest = (options, callback) => {
    // The updater uses one object of options for all parts of a file, and changes it.
    const part = partOf(options.headers?.range);
    const watch = new Watch(part, limits);
    const request = create(options, (response) => {
      if (!watch.accepts(response)) return;
      // The pipe that the updater attaches next flows from the same event.
      response.on('data', (piece: Buffer) => watch.arrived(piece.length));
      response.once('end', () => watch.stop());
      callback(response);
    });
    watch.begin(request);
    return request;
  };
}

/** `bytes=10-19` is 10 bytes from 10; null: the whole file. */
function partOf(range: unknown): { first: number; length: number } | null {
  const [, first, last] = typeof range === 'string' ? (/^bytes=(\d+)-(\d+)$/.exec(range) ?? []) : [];
  return first === undefined ? null : { first: Number(first), length: Number(last) - Number(first) + 1 };
}

class Watch {
  readonly #part: ReturnType<typeof partOf>;
  readonly #limits: RequestLimits;
  #request: Request | null = null;
  #idle: NodeJS.Timeout | null = null;
  #whole: NodeJS.Timeout | null = null;
  #came = 0;
  #isOver = false;

  constructor(part: ReturnType<typeof partOf>, limits: RequestLimits) {
    this.#part = part;
    this.#limits = limits;
  }

  begin(request: Request): void {
    const { idleMs, minBytesPerSecond } = this.#limits;
    this.#request = request;
    this.#idle = setTimeout(() => this.#fail('nothing came in time'), idleMs);
    const wholeMs = idleMs + ((this.#part?.length ?? 0) / minBytesPerSecond) * 1000;
    this.#whole = setTimeout(() => this.#fail('it came too slowly'), wholeMs);
  }

  /** RFC 9110 14.2: a server may ignore a range. Then the whole file would be taken for the part. */
  accepts({ statusCode = 0, headers }: IncomingMessage): boolean {
    if (this.#part === null || statusCode >= 300) return true;
    const place = String(headers['content-range'] ?? '');
    const isPart = statusCode === 206 && place.startsWith(`bytes ${this.#part.first}-`);
    if (!isPart) this.#fail(`the server gave another part than the one asked for (${statusCode} ${place})`);
    return isPart;
  }

  arrived(bytes: number): void {
    this.#came += bytes;
    this.#idle?.refresh();
    if (this.#part !== null && this.#came > this.#part.length) this.#fail('more came than was asked for');
  }

  stop(): void {
    this.#isOver = true;
    if (this.#idle) clearTimeout(this.#idle);
    if (this.#whole) clearTimeout(this.#whole);
  }

  #fail(why: string): void {
    if (this.#isOver) return;
    this.stop();
    // Heard by the updater, which listens for it on every request. Ending it alone tells nobody on Electron.
    this.#request?.emit('error', new Error(why));
    this.#request?.abort();
  }
}

/** The DevTools protocol over `--remote-debugging-pipe` (file descriptors 3 and 4): private to the stand-in; Playwright keeps the web socket. */
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { CDPSession } from 'playwright-core';

/** One target's conversation; '' is the browser's own. Typed by Playwright's copy of the protocol. */
export type Session = Pick<CDPSession, 'send' | 'on'>;

declare const typed: CDPSession;
export type RequestPaused = Parameters<Parameters<typeof typed.on<'Fetch.requestPaused'>>[1]>[0];
export type WindowOpen = Parameters<Parameters<typeof typed.on<'Page.windowOpen'>>[1]>[0];

interface Waiting {
  method: string;
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}
interface Incoming {
  id?: number;
  method?: string;
  params?: unknown;
  sessionId?: string;
  result?: unknown;
  error?: { message: string };
}

export class Cdp {
  readonly root: Session;
  closed = false;
  #write: Writable;
  #lastId = 0;
  #waiting = new Map<number, Waiting>();
  #sessions = new Map<string, Session & EventEmitter>();

  constructor(write: Writable, read: Readable) {
    this.#write = write;
    this.root = this.session('');
    let pieces: Buffer[] = [];
    read.on('data', (data: Buffer) => {
      let start = 0;
      for (let end = data.indexOf(0); end !== -1; end = data.indexOf(0, start)) {
        pieces.push(data.subarray(start, end));
        start = end + 1;
        this.#receive(JSON.parse(Buffer.concat(pieces).toString('utf8')) as Incoming);
        pieces = [];
      }
      if (start < data.length) pieces.push(data.subarray(start));
    });
    read.on('close', () => this.#close());
    // A browser that has gone is noticed by its exit; a write to it afterwards has nobody to fail to.
    write.on('error', () => this.#close());
    read.on('error', () => this.#close());
  }

  session(id: string): Session {
    const known = this.#sessions.get(id);
    if (known) return known;
    const emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    const send = (method: string, params: object = {}): Promise<never> => this.#send(id, method, params);
    const session = Object.assign(emitter, { send }) as unknown as Session & EventEmitter;
    this.#sessions.set(id, session);
    return session;
  }

  #send(sessionId: string, method: string, params: object): Promise<never> {
    if (this.closed) return Promise.reject(new Error(`${method}: the browser has closed`));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#write.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  #receive(message: Incoming): void {
    if (message.id === undefined) {
      this.#sessions.get(message.sessionId ?? '')?.emit(message.method ?? '', message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (!waiting) return;
    if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting.resolve(message.result as never);
  }

  #close(): void {
    this.closed = true;
    for (const { method, reject } of this.#waiting.values()) reject(new Error(`${method}: the browser has closed`));
    this.#waiting.clear();
  }
}

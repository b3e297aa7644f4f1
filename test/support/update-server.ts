/** A web server for a signed repository, on this machine alone, which attacks can answer in the place of. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** @returns true: it has answered */
export type Answer = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

export class UpdateServer {
  /** What it gives out. */
  folder: string;
  /** In the place of the honest answer; null: honest. */
  attack: Answer | null = null;
  /** Every request: its path, and the range asked for. */
  readonly asked: string[] = [];
  /** Bytes of bodies of honest answers. */
  sent = 0;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async start(folder: string): Promise<UpdateServer> {
    const server = new UpdateServer(folder);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get isRunning(): boolean {
    return this.#server.listening;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  file(path: string): Buffer {
    return readFileSync(join(this.folder, path));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
    this.asked.push(request.headers.range === undefined ? path : `${path} ${request.headers.range}`);
    if (this.attack?.(path, request, response) === true) return;
    const file = join(this.folder, path);
    if (!existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end();
      return;
    }
    this.sent += sendFile(readFileSync(file), request, response);
  }
}

/** As plain static servers do: one range, also an open one; of several the whole file. @returns how many bytes it gives */
function sendFile(bytes: Buffer, request: IncomingMessage, response: ServerResponse): number {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return 0;
  }
  const part = bytes.subarray(from, last ? Number(last) + 1 : bytes.length);
  const isPart = first !== undefined && part.length < bytes.length;
  const place = isPart ? { 'content-range': `bytes ${from}-${from + part.length - 1}/${bytes.length}` } : {};
  response.writeHead(isPart ? 206 : 200, { 'content-length': part.length, ...place }).end(part);
  return part.length;
}

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
    sendFile(readFileSync(file), request, response);
  }
}

/** As plain static servers do: one range from a place to the end. */
function sendFile(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const part = bytes.subarray(from);
  const place = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length, ...place }).end(part);
}

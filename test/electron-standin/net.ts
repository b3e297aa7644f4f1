/** `net`: requests of the main process, as electron-updater makes them, over Node's own client: no proxy, no Chromium. */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { ClientRequest as ElectronClientRequest, Net } from 'electron';
import { CoveredEmitter, cover } from './cover.ts';

/** `login`, `redirect` and `aborted` are listened for and never come: this client knows no proxy, and refuses redirects. */
const EVENTS = ['response', 'login', 'redirect', 'error', 'aborted', 'abort', 'socket', 'close', 'finish'];

class ClientRequest extends CoveredEmitter implements Pick<ElectronClientRequest, 'abort'> {
  readonly #request: ReturnType<typeof plainRequest>;

  constructor({ protocol, hostname, port, path, headers }: Electron.ClientRequestConstructorOptions) {
    super('ClientRequest', EVENTS);
    const options = { protocol, hostname, port, path, headers: headers as Record<string, string> };
    this.#request = (protocol === 'https:' ? secureRequest : plainRequest)(options, (response) => {
      if ((response.statusCode ?? 0) >= 300 && response.headers.location !== undefined)
        throw new Error('electron stand-in: a redirect of net.request is not covered');
      this.emit('response', response);
    });
    for (const event of ['error', 'close', 'finish'] as const) this.#request.on(event, (...args: unknown[]) => this.emit(event, ...args));
  }
  /** Nothing is sent. */
  end(): void {
    this.#request.end();
  }
  abort(): void {
    this.#request.destroy();
    this.emit('abort');
  }
}

export const net = cover('net', {
  request: (options: Electron.ClientRequestConstructorOptions | string) => {
    if (typeof options === 'string') throw new Error('electron stand-in: net.request by an address alone is not covered');
    return cover('ClientRequest', new ClientRequest(options)) as unknown as ElectronClientRequest;
  },
} satisfies Pick<Net, 'request'>);

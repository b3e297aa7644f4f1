/**
 * What runs in the page's isolated world before any script of the page: `ipcRenderer`, ports, and then the app's preload script.
 * The functions are self-contained, because their source is sent to the browser; types are stripped on the way.
 */
import { type Codec, makeCodec } from './codec.ts';
import type { PortMessage } from './ports.ts';

export const ISOLATED_WORLD = 'Electron Isolated Context';
/** Given by the stand-in to the isolated world only. */
export const BINDING = 'standInSend';

/** What the isolated world tells the stand-in. */
export type FromPage = { op: 'send'; channel: string; args: string } | { op: 'preload-error'; message: string } | PagePortMessage;
/** What the stand-in tells the isolated world. */
export type ToPage = { op: 'message'; channel: string; args: string; ports: string[] } | PagePortMessage;
/** A port message whose data is text. */
export type PagePortMessage = Exclude<PortMessage, { op: 'port' }> | { op: 'port'; id: string; data: string; ports: string[] };

/** The page's side of the web platform, as far as it is used here; Node's types know it differently. */
interface PagePort {
  onmessage: ((event: { data: unknown; ports: PagePort[] }) => void) | null;
  addEventListener(event: 'close', listener: () => void): void;
  postMessage(data: unknown, transfer: PagePort[]): void;
  close(): void;
}
interface PageScope {
  window: object;
  top: object;
  MessageChannel: new () => { port1: PagePort; port2: PagePort };
}

interface IsolatedScope {
  standInSend?: (text: string) => void;
  standInReceive?: (text: string) => void;
}

function isolatedWorld(
  makeCodecHere: () => Codec,
  preloadPath: string,
  runPreload: (require: (name: string) => unknown, module: { exports: object }) => void,
): void {
  const scope = globalThis as unknown as IsolatedScope & PageScope;
  if (scope.window !== scope.top) return;
  const { encode, decode } = makeCodecHere();
  const toStandIn = scope.standInSend!;
  delete scope.standInSend;
  const send = (message: FromPage): void => toStandIn(JSON.stringify(message));

  const ports = new Map<string, PagePort>();
  let lastPort = 0;
  const hold = (id: string, port: PagePort): void => {
    ports.set(id, port);
    port.onmessage = (event) => send({ op: 'port', id, data: encode(event.data), ports: event.ports.map(give) });
    port.addEventListener('close', () => {
      if (ports.delete(id)) send({ op: 'port-close', id });
    });
  };
  const give = (port: PagePort): string => {
    const id = `p${++lastPort}`;
    hold(id, port);
    return id;
  };
  const take = (id: string): PagePort => {
    const { port1, port2 } = new scope.MessageChannel();
    hold(id, port1);
    return port2;
  };

  const throwing = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get(of, key, receiver) {
        if (typeof key === 'symbol' || key in of) return Reflect.get(of, key, receiver);
        throw new Error(`electron stand-in: ${name}.${key} is not covered`);
      },
    });
  const listeners = new Map<string, ((...args: unknown[]) => void)[]>();
  const ipcRenderer = throwing('ipcRenderer', {
    on: (channel: string, listener: (...args: unknown[]) => void) =>
      void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    send: (channel: string, ...args: unknown[]) => send({ op: 'send', channel, args: encode(args) }),
  });
  const electron = throwing('electron (preload)', { ipcRenderer });

  Object.defineProperty(scope, 'standInReceive', {
    value(text: string) {
      const message = JSON.parse(text) as ToPage;
      if (message.op === 'message') {
        const event = { sender: ipcRenderer, ports: message.ports.map(take) };
        for (const listener of listeners.get(message.channel) ?? []) listener(event, ...(decode(message.args) as unknown[]));
      } else if (message.op === 'port') ports.get(message.id)?.postMessage(decode(message.data), message.ports.map(take));
      else {
        const port = ports.get(message.id);
        ports.delete(message.id);
        port?.close();
      }
    },
  });
  try {
    runPreload(
      (name) => {
        if (name === 'electron' || name === 'electron/renderer') return electron;
        throw new Error(`module not found: ${name}`);
      },
      { exports: {} },
    );
  } catch (error) {
    console.error(`Unable to load preload script: ${preloadPath}`, error);
    send({ op: 'preload-error', message: String(error) });
  }
}

/** @returns the script for `Page.addScriptToEvaluateOnNewDocument` in the isolated world */
export function isolatedScript(preloadPath: string, preloadSource: string): string {
  return `(${isolatedWorld.toString()})(${makeCodec.toString()}, ${JSON.stringify(preloadPath)}, (require, module) => {
(function (require, module, exports) {
${preloadSource}
})(require, module, module.exports);
});
//# sourceURL=preload`;
}

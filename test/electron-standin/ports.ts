/** MessageChannelMain and MessagePortMain, and how a port's messages are relayed to a page or a utility process. */
import { EventEmitter } from 'node:events';
import type { MessagePortMain as ElectronPort } from 'electron';

interface Parcel {
  data: unknown;
  ports: End[];
}

/** One end of a pipe. Parcels wait until somebody attaches. */
class End {
  other: End | null = null;
  closed = false;
  #waiting: Parcel[] = [];
  #take: ((parcel: Parcel) => void) | null = null;
  #onClose: (() => void) | null = null;

  attach(take: (parcel: Parcel) => void, onClose: () => void): void {
    this.#take = take;
    this.#onClose = onClose;
    for (const parcel of this.#waiting.splice(0)) take(parcel);
    if (this.closed) onClose();
  }
  detach(): void {
    this.#take = null;
    this.#onClose = null;
  }
  post(parcel: Parcel): void {
    const { other } = this;
    if (this.closed || !other) return;
    queueMicrotask(() => other.#deliver(parcel));
  }
  #deliver(parcel: Parcel): void {
    if (this.#take) this.#take(parcel);
    else this.#waiting.push(parcel);
  }
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { other } = this;
    setImmediate(() => {
      if (!other) return;
      other.closed = true;
      other.#onClose?.();
    });
  }
}

function makePipe(): [End, End] {
  const one = new End();
  const two = new End();
  one.other = two;
  two.other = one;
  return [one, two];
}

const endOf = new WeakMap<object, End>();

/** What Electron throws for a value that the structured clone refuses. */
export function cloned(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    throw new Error('An object could not be cloned.');
  }
}

export class MessagePortMain extends EventEmitter implements Pick<ElectronPort, 'postMessage' | 'start' | 'close'> {
  #started = false;
  constructor(end: End) {
    super();
    endOf.set(this, end);
  }
  start(): void {
    const end = endOf.get(this);
    if (this.#started || !end) return;
    this.#started = true;
    end.attach(
      ({ data, ports }) => this.emit('message', { data, ports: ports.map((port) => new MessagePortMain(port)) }),
      () => this.emit('close'),
    );
  }
  postMessage(message: unknown, transfer: ElectronPort[] = []): void {
    endOf.get(this)?.post({ data: cloned(message), ports: takePorts(transfer) });
  }
  close(): void {
    endOf.get(this)?.close();
    endOf.delete(this);
    this.emit('close');
  }
}

/** Takes the ends out of ports that are being transferred: the ports are dead afterwards. */
export function takePorts(transfer: readonly object[] = []): End[] {
  return transfer.map((port, index) => {
    const end = endOf.get(port);
    if (!end) throw new TypeError(`Port at index ${index} is not a valid port`);
    end.detach();
    endOf.delete(port);
    return end;
  });
}

export class MessageChannelMain {
  readonly port1: ElectronPort;
  readonly port2: ElectronPort;
  constructor() {
    const [one, two] = makePipe();
    this.port1 = new MessagePortMain(one) as unknown as ElectronPort;
    this.port2 = new MessagePortMain(two) as unknown as ElectronPort;
  }
}

export type PortMessage = { op: 'port'; id: string; data: unknown; ports: string[] } | { op: 'port-close'; id: string };

/** Relays any number of ports over one two-way conversation with a page or a process. */
export class Relay {
  #send: (message: PortMessage) => void;
  #tag: string;
  #lastId = 0;
  #ends = new Map<string, End>();
  constructor(send: (message: PortMessage) => void, tag: string) {
    this.#send = send;
    this.#tag = tag;
  }
  /** Sends an end away. @returns the name under which the other side will know it */
  export(end: End): string {
    const id = `${this.#tag}${++this.#lastId}`;
    this.#bind(id, end);
    return id;
  }
  /** @returns a port whose other end is on the other side under this name */
  import(id: string): MessagePortMain {
    const [near, far] = makePipe();
    this.#bind(id, near);
    return new MessagePortMain(far);
  }
  #bind(id: string, end: End): void {
    this.#ends.set(id, end);
    end.attach(
      ({ data, ports }) => this.#send({ op: 'port', id, data, ports: ports.map((port) => this.export(port)) }),
      () => this.#send({ op: 'port-close', id }),
    );
  }
  receive(message: PortMessage): void {
    const end = this.#ends.get(message.id);
    if (!end) return;
    if (message.op === 'port') end.post({ data: message.data, ports: message.ports.flatMap((id) => takePorts([this.import(id)])) });
    else {
      end.close();
      this.#ends.delete(message.id);
    }
  }
  /** The other side has gone: every port that led there closes. */
  destroy(): void {
    for (const end of this.#ends.values()) end.close();
    this.#ends.clear();
  }
}

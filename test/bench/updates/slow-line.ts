/**
 * A line between a branch and a server, on this machine: what comes through is counted, and may be slow, far away and broken off. One speed for each
 * direction, shared by all connections; what is under way when it breaks is lost. Headers of TCP and IP, TLS and TCP's slow start are not played: at
 * 64 kbit/s the first window is longer than what the line holds.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface LineShape {
  /** Each way; null: as fast as it goes. */
  bytesPerSecond: number | null;
  roundTripMs: number;
  /** The line breaks whenever so many bytes have come down; null: never. */
  cutEvery: number | null;
  /** Counts those that go up instead. */
  isCutByUploads?: true;
}

export const NO_LIMITS: LineShape = { bytesPerSecond: null, roundTripMs: 0, cutEvery: null };

/** What is put on the line at once, about as much as one packet holds. */
const PACKET_BYTES = 1000;

interface Sent {
  /** When it arrives, by performance.now(). */
  at: number;
  bytes: number;
  deliver(): void;
}

/** One direction. */
class Lane {
  readonly #bytesPerMs: number;
  readonly #delayMs: number;
  readonly #delivered: (bytes: number) => void;
  #freeAt = 0;
  #sent: Sent[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor({ bytesPerSecond, roundTripMs }: LineShape, delivered: (bytes: number) => void = () => {}) {
    this.#bytesPerMs = (bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1000;
    this.#delayMs = roundTripMs / 2;
    this.#delivered = delivered;
  }

  /** @returns when the last of it has gone on the line, by performance.now() */
  send(bytes: number, deliver: () => void): number {
    this.#freeAt = Math.max(performance.now(), this.#freeAt) + bytes / this.#bytesPerMs;
    this.#sent.push({ at: this.#freeAt + this.#delayMs, bytes, deliver });
    this.#pump();
    return this.#freeAt;
  }

  /** The line is broken: nothing of what is under way arrives, and it is free for what comes next. */
  drop(): void {
    this.#sent = [];
    this.#freeAt = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #pump(): void {
    if (this.#timer !== null) return;
    for (;;) {
      const [next] = this.#sent;
      if (next === undefined) return;
      const ms = next.at - performance.now();
      if (ms >= 1) {
        this.#timer = setTimeout(() => {
          this.#timer = null;
          this.#pump();
        }, ms);
        return;
      }
      this.#sent.shift();
      next.deliver();
      this.#delivered(next.bytes);
    }
  }
}

export class SlowLine {
  /** Bytes that came, with all headers of HTTP. */
  up = 0;
  down = 0;
  connections = 0;
  cuts = 0;
  readonly #shape: LineShape;
  readonly #server: Server;
  readonly #upward: Lane;
  readonly #downward: Lane;
  readonly #open = new Map<Socket, Socket>();
  #sinceCut = 0;

  private constructor(to: string, shape: LineShape) {
    const { hostname, port } = new URL(to);
    this.#shape = shape;
    this.#upward = new Lane(shape, (bytes) => {
      this.up += bytes;
      if (shape.isCutByUploads) this.#carried(bytes);
    });
    this.#downward = new Lane(shape, (bytes) => {
      this.down += bytes;
      if (!shape.isCutByUploads) this.#carried(bytes);
    });
    this.#server = createServer((client) => this.#join(client, connect(Number(port), hostname)));
  }

  /** @param to URL of the server at its other end */
  static async open(to: string, shape: LineShape): Promise<SlowLine> {
    const line = new SlowLine(to, shape);
    await new Promise<void>((resolve) => {
      line.#server.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the line is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Bytes until the next cut, and cuts, from here on. */
  beginCounting(): void {
    this.#sinceCut = 0;
    this.cuts = 0;
  }

  async close(): Promise<void> {
    this.#breakOff();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #join(client: Socket, server: Socket): void {
    this.connections += 1;
    this.#open.set(client, server);
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => undefined);
    // The connection stands here at once; on the line it takes a round trip before anything can be asked.
    setTimeout(() => carry(client, server, this.#upward), this.#shape.roundTripMs);
    carry(server, client, this.#downward);
    client.on('close', () => {
      this.#open.delete(client);
      server.destroy();
    });
  }

  #carried(bytes: number): void {
    this.#sinceCut += bytes;
    if (this.#shape.cutEvery === null || this.#sinceCut < this.#shape.cutEvery) return;
    this.cuts += 1;
    this.#breakOff();
  }

  #breakOff(): void {
    this.#sinceCut = 0;
    for (const lane of [this.#upward, this.#downward]) lane.drop();
    for (const [client, server] of this.#open) {
      client.resetAndDestroy();
      server.destroy();
    }
    this.#open.clear();
  }
}

/** Takes no more from a sender than the line has room for, as TCP does. */
function carry(from: Socket, to: Socket, lane: Lane): void {
  from.on('data', (piece: Buffer) => {
    from.pause();
    let freeAt = 0;
    for (let at = 0; at < piece.length; at += PACKET_BYTES) {
      const packet = piece.subarray(at, at + PACKET_BYTES);
      freeAt = lane.send(packet.length, () => to.write(packet));
    }
    setTimeout(() => from.resume(), Math.max(0, freeAt - performance.now()));
  });
  from.on('end', () => lane.send(0, () => to.end()));
}

/**
 * A TCP proxy in user space between a branch and a receiver. What it does it does from the moment it is told so, counting bytes from there, whichever
 * connection they are on: it cuts after byte k, stalls, trickles, is as slow as a line, sends a request twice, or answers itself.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export type Direction = 'up' | 'down';

export type Behaviour =
  | { does: 'pass' }
  /** Both ends are reset when this many bytes have gone that way; 0 `down`: the receiver has answered, and nothing of it arrives. */
  | { does: 'cut' | 'stall'; direction: Direction; after: number }
  | { does: 'trickle'; direction: Direction; ms: number }
  /** The answer of whoever owns this network. The receiver hears nothing. */
  | { does: 'answer'; bytes: string }
  /** The same bytes are sent to the receiver a second time, on another connection, before its answer is passed on. */
  | { does: 'repeat' }
  /** Bytes per second each way, and how long a byte takes to the other end. */
  | { does: 'slow'; bytesPerSecond: number; delayMs: number };

export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #behaviour: Behaviour = { does: 'pass' };
  /** Since the behaviour began. */
  readonly passed: Record<Direction, number> = { up: 0, down: 0 };
  #asked: Buffer[] = [];
  /** When the slow line is free again, for each direction. */
  readonly #free: Record<Direction, number> = { up: 0, down: 0 };

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (client) => this.#connect(client));
  }

  static async listen(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    Object.assign(this.passed, { up: 0, down: 0 });
    this.#asked = [];
  }

  /** Everything that is open is reset. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connect(client: Socket): void {
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    this.#pipe('up', client, server);
    this.#pipe('down', server, client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.end();
      });
    }
  }

  /** Pieces go on in their order, one after the other, however long each takes. */
  #pipe(direction: Direction, from: Socket, to: Socket): void {
    let last = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      last = last.then(() => this.#pass(direction, piece, from, to));
    });
    from.on('end', () => {
      last = last.then(() => void to.end());
    });
  }

  async #pass(direction: Direction, piece: Buffer, from: Socket, to: Socket): Promise<void> {
    const behaviour = this.#behaviour;
    const before = this.passed[direction];
    this.passed[direction] += piece.length;
    if (behaviour.does === 'answer') {
      if (direction === 'up') from.end(behaviour.bytes);
      return;
    }
    if (direction === 'up') this.#asked.push(piece);
    if ((behaviour.does === 'cut' || behaviour.does === 'stall') && behaviour.direction === direction) {
      if (before + piece.length <= behaviour.after) return void to.write(piece);
      // What is before the cut is there before the reset is: the write is waited for.
      await writeAll(to, piece.subarray(0, Math.max(0, behaviour.after - before)));
      if (behaviour.does === 'stall') return await new Promise<never>(() => {});
      await setTimeout(2);
      this.cutAll();
      return;
    }
    if (behaviour.does === 'trickle' && behaviour.direction === direction) {
      for (let at = 0; at < piece.length && !to.destroyed; at += 1) {
        await writeAll(to, piece.subarray(at, at + 1));
        if (behaviour.ms > 0) await setTimeout(behaviour.ms);
      }
      return;
    }
    if (behaviour.does === 'repeat' && direction === 'down' && before === 0) await this.#repeat();
    if (behaviour.does === 'slow') await this.#slowly(direction, piece.length, behaviour);
    if (!to.destroyed) to.write(piece);
  }

  async #slowly(
    direction: Direction,
    bytes: number,
    { bytesPerSecond, delayMs }: { bytesPerSecond: number; delayMs: number },
  ): Promise<void> {
    const now = performance.now();
    const begins = Math.max(now, this.#free[direction]);
    this.#free[direction] = begins + (bytes * 1000) / bytesPerSecond;
    await setTimeout(this.#free[direction] - now + delayMs);
  }

  async #repeat(): Promise<void> {
    const again = connect({ port: this.#target, host: '127.0.0.1' });
    const answered = new Promise<void>((resolve) => {
      again.once('data', () => resolve());
      again.once('close', () => resolve());
      again.once('error', () => resolve());
    });
    again.write(Buffer.concat(this.#asked));
    await answered;
    again.destroy();
  }
}

async function writeAll(to: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || to.destroyed) return;
  await new Promise<void>((resolve) => to.write(bytes, () => resolve()));
}

/** A line of so many bits and so long a way, in virtual time: what is cut on the way arrives in part. Counts what goes over it. */
import type { Dice } from './simulator/dice.ts';
import type { FetchFor } from './simulator/sim-branch.ts';
import { OFFICE_URL, type SimOffice } from './simulator/sim-office.ts';
import type { World } from './simulator/world.ts';

export interface Line {
  bytesPerSecond: number;
  roundTripMs: number;
  /** Mean time between two cuts; null: none. */
  cutEveryMs: number | null;
}

export class SlowLine {
  readonly #world: World;
  readonly #office: SimOffice;
  readonly #dice: Dice;
  readonly #line: Line;
  #cutAt = Number.POSITIVE_INFINITY;
  #isOpen = false;
  up = 0;
  down = 0;
  requests = 0;
  cuts = 0;

  constructor(world: World, office: SimOffice, dice: Dice, line: Line) {
    this.#world = world;
    this.#office = office;
    this.#dice = dice;
    this.#line = line;
    this.#nextCut();
  }

  #nextCut(): void {
    const { cutEveryMs } = this.#line;
    if (cutEveryMs !== null) this.#cutAt = this.#world.now + cutEveryMs * (0.5 + this.#dice.next());
  }

  readonly fetch: FetchFor = async (_, url, init) => {
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const body = Buffer.from((init.body as Uint8Array | null) ?? []);
    const method = init.method ?? 'GET';
    const path = url.slice(OFFICE_URL.length);
    const head = Object.entries(headers).reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      method.length + path.length + 40,
    );
    this.requests += 1;
    // TCP's and TLS's first round trips.
    if (!this.#isOpen) await this.#world.sleep(2 * this.#line.roundTripMs);
    this.#isOpen = true;
    const gone = await this.#send(head + body.length, 'up');
    if (gone !== null) {
      // The receiver keeps what came of a part.
      const part = body.subarray(0, Math.max(0, gone - head));
      if (part.length > 0)
        await this.#world.real(() => this.#office.answer({ method, path, headers: { ...headers, 'x-breaks-off': '1' }, body: part }));
      throw broken();
    }
    const answer = await this.#world.real(() => this.#office.answer({ method, path, headers, body }));
    if (answer === null) throw broken();
    if ((await this.#send(250 + answer.body.length, 'down')) !== null) throw broken();
    async function* pieces(): AsyncGenerator<Uint8Array> {
      if (answer!.body.length > 0) yield answer!.body;
    }
    return { status: answer.status, headers: new Headers(answer.headers), body: pieces() } as unknown as Response;
  };

  /** @returns null once all of it has arrived; else how many bytes had gone when the line was cut */
  async #send(bytes: number, direction: 'up' | 'down'): Promise<number | null> {
    const { bytesPerSecond, roundTripMs } = this.#line;
    const takes = (bytes * 1000) / bytesPerSecond;
    const left = this.#cutAt - this.#world.now;
    if (left >= takes) {
      await this.#world.sleep(takes + roundTripMs / 2);
      this[direction] += bytes;
      return null;
    }
    await this.#world.sleep(Math.max(0, left));
    const gone = Math.max(0, Math.floor((left * bytesPerSecond) / 1000));
    this[direction] += gone;
    this.cuts += 1;
    this.#isOpen = false;
    this.#nextCut();
    return gone;
  }
}

const broken = (): TypeError => new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });

/** The line between branches and head office: it loses, doubles, delays, cuts, trickles and lies, one fault a request, and tells what it did. */
import { hash } from 'node:crypto';
import type { Dice } from './dice.ts';
import type { FetchFor, Process } from './sim-branch.ts';
import { type Asked, OFFICE_URL, type OfficeAnswer, type SimOffice, WITNESS_URL } from './sim-office.ts';
import type { World } from './world.ts';

export const LINE_FAULTS = [
  'request-lost',
  'answer-lost',
  'sent-twice',
  'sent-again-later',
  'stale-answer',
  'half-answer',
  'delay',
  'stall',
  'stall-after-commit',
  'trickle',
  'trickle-too-slow',
  'breaks-within-body',
  'portal-page',
  'portal-redirect',
  'portal-511',
  'empty-200',
  'page-as-json',
  'answer-of-another-branch',
  'http-413',
  'http-429',
  'http-500',
  'http-503',
  'gateway-502',
  'receiver-killed',
  'receiver-killed-after-commit',
  'office-disk-full',
  'office-forgets-uploads',
] as const;
export type LineFault = (typeof LINE_FAULTS)[number];

/** Some are met more often: those that find more. */
const DRAWN: readonly LineFault[] = [
  ...LINE_FAULTS,
  'answer-lost',
  'stale-answer',
  'stale-answer',
  'sent-again-later',
  'receiver-killed',
  'receiver-killed',
  'receiver-killed',
];

export interface NetworkOptions {
  world: World;
  dice: Dice;
  office: SimOffice;
  tell(event: string, detail?: string): void;
  /** After head office has answered anything, whoever hears of it. */
  answered(asked: Asked): Promise<void>;
  /** Before a branch hears an answer: what it hears. */
  hears?(process: Process, answer: OfficeAnswer, asked: Asked): void;
}

const reset = (): never => {
  throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
};
const page = (status: number, type: string, body: string, more: [string, string][] = []): OfficeAnswer => ({
  status,
  headers: [['content-type', type], ...more],
  body: Buffer.from(body),
});
const JSON_TYPE = 'application/json';

export class Network {
  readonly #options: NetworkOptions;
  /** Share of the requests that something happens to. */
  trouble = 0;
  isDown = false;
  isWitnessDown = false;
  requests = 0;
  #earlier: OfficeAnswer[] = [];

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  readonly fetch: FetchFor = async (process, url, init) => {
    const { signal } = init;
    signal?.throwIfAborted();
    const gone = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
    gone.catch(() => undefined);
    return await Promise.race([this.#send(process, url, init), gone]);
  };

  async #send(process: Process, url: string, init: RequestInit): Promise<Response> {
    const { world, dice, office, tell } = this.#options;
    const body = typeof init.body === 'string' ? Buffer.from(init.body) : Buffer.from((init.body as Uint8Array | null) ?? []);
    this.requests += 1;
    await world.sleep(dice.between(5, 400));
    if (this.isDown) throw new TypeError('fetch failed', { cause: { code: 'ENETUNREACH' } });
    if (url.startsWith(WITNESS_URL)) {
      tell('request', `witness ${body.toString().slice(0, 12).split('\n')[0]} ${this.isWitnessDown ? 'down' : ''}`);
      if (this.isWitnessDown) return reset();
      return responseOf(await world.real(() => office.witness(body.toString())), world);
    }
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const asked: Asked = { method: init.method ?? 'GET', path: url.slice(OFFICE_URL.length), headers, body };
    const fault = dice.chance(this.trouble) ? dice.pick(DRAWN) : null;
    if (fault !== null) tell(fault, `${asked.method} ${asked.path.slice(0, 20)} ${body.length}`);
    else tell('request', `${asked.method} ${asked.path.replace(/[0-9a-f-]{30,}/g, '*')} ${body.length}`);
    const answer = await this.#withFault(fault, asked);
    this.#options.hears?.(process, answer, asked);
    await world.sleep(dice.between(5, 400));
    return responseOf(answer, world, fault === 'trickle' ? 200 : fault === 'trickle-too-slow' ? 20_000 : 0);
  }

  async #withFault(fault: LineFault | null, asked: Asked): Promise<OfficeAnswer> {
    const { world, dice, office } = this.#options;
    switch (fault) {
      case 'request-lost':
        return reset();
      case 'answer-lost':
        await this.#deliver(asked);
        return reset();
      case 'sent-twice': {
        const [first, second] = await Promise.all([this.#deliver(asked), this.#deliver(asked)]);
        return dice.chance(0.5) ? first : second;
      }
      case 'sent-again-later':
        world.set(() => void this.#deliver(asked).catch(() => undefined), dice.between(100, 1_200_000));
        return await this.#deliver(asked);
      case 'stale-answer':
        return this.#earlier.length === 0 ? await this.#deliver(asked) : dice.pick(this.#earlier);
      case 'half-answer': {
        const answer = await this.#deliver(asked);
        return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length * dice.next())) };
      }
      case 'delay':
        await world.sleep(dice.between(1000, 25_000));
        return await this.#deliver(asked);
      case 'stall':
        return await new Promise<never>(() => {});
      case 'stall-after-commit':
        await this.#deliver(asked);
        return await new Promise<never>(() => {});
      case 'breaks-within-body':
        if (asked.body.length > 0) {
          const part = asked.body.subarray(0, dice.below(asked.body.length));
          await this.#deliver({ ...asked, headers: { ...asked.headers, 'x-breaks-off': '1' }, body: part });
        }
        return reset();
      case 'portal-page':
        return page(200, 'text/html', '<html><title>Welcome to the hotel</title>');
      case 'portal-redirect':
        return page(302, 'text/html', '', [['location', 'http://portal.invalid/']]);
      case 'portal-511':
        return page(511, 'text/html', '<html>');
      case 'empty-200':
        return page(200, JSON_TYPE, dice.pick(['', '{}', 'null', '{"v":1}']));
      case 'page-as-json':
        return page(200, JSON_TYPE, '<html>');
      case 'answer-of-another-branch':
        return foreign(await this.#deliver(asked));
      case 'http-413':
        return page(413, 'text/plain', 'too large');
      case 'http-429':
        return page(429, 'text/plain', 'slow down', [['retry-after', String(dice.between(1, 60))]]);
      case 'http-500':
        return page(500, 'text/plain', 'oops');
      case 'http-503':
        return page(503, 'text/html', '<html>maintenance', [['retry-after', String(dice.between(1, 60))]]);
      case 'gateway-502':
        return page(502, 'text/html', '<html>Bad gateway');
      case 'receiver-killed':
      case 'receiver-killed-after-commit': {
        const kind = fault === 'receiver-killed' ? 'killed' : 'killed-after-commit';
        office.fault = { kind, at: dice.between(1, 16), isOver: false };
        return await this.#deliver(asked).finally(() => {
          office.fault = null;
        });
      }
      case 'office-disk-full':
        office.isFull = true;
        return await this.#deliver(asked).finally(() => {
          office.isFull = false;
        });
      case 'office-forgets-uploads':
        await world.real(() => office.store.query('DELETE FROM uploads'));
        return await this.#deliver(asked);
      default:
        return await this.#deliver(asked);
    }
  }

  async #deliver(asked: Asked): Promise<OfficeAnswer> {
    const { world, office, answered } = this.#options;
    const answer = await world.real(async () => {
      const answer = await office.answer(asked);
      await answered(asked);
      return answer;
    });
    if (answer === null) return reset();
    if (this.#earlier.length < 200) this.#earlier.push(answer);
    return answer;
  }
}

/** The same for a log of another name: what an answer that went astray looks like. */
function foreign(answer: OfficeAnswer): OfficeAnswer {
  const text = answer.body.toString().replace(/"log":"[0-9a-f]{64}"/, `"log":"${hash('sha256', 'another branch', 'hex')}"`);
  return { ...answer, body: Buffer.from(text) };
}

/** As much of a Response as the client looks at; its body comes in pieces. */
function responseOf({ status, headers, body }: OfficeAnswer, world: World, pieceMs = 0): Response {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    if (pieceMs === 0) {
      if (body.length > 0) yield body;
      return;
    }
    const length = Math.max(1, Math.ceil(body.length / 8));
    for (let at = 0; at < body.length; at += length) {
      await world.sleep(pieceMs);
      yield body.subarray(at, at + length);
    }
  }
  return { status, headers: new Headers(headers), body: pieces(), text: async () => body.toString() } as unknown as Response;
}

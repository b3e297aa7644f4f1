/** What main asks the branch service about the program's own updates: it knows what head office signed, and fetches it. */
import type { AppAnswer, AppOffer, AppQuestion } from '../../../contract/app-update.ts';
import { Failed, type Failure } from '../../../contract/failure.ts';
import type { FromService, ToService } from '../../../contract/service-messages.ts';

export type OnProgress = (done: number, total: number) => void;

/** Each throws `Failed` with why not. */
export interface AppQuestions {
  /** What reaches this PC, by what was verified last; null: nothing. */
  offer(): Promise<AppOffer | null>;
  /** Fetches a target, going on where an earlier try stopped, and verifies it. @returns its file, to be read and not to be moved */
  fetch(target: string, onProgress?: OnProgress): Promise<string>;
  /** Returns where the program may end now to become this version. `awayMs`: for how long nobody has been at work; null: somebody is. */
  mayRestart(version: string): Promise<{ awayMs: number | null }>;
}

interface Open {
  resolve(answer: AppAnswer): void;
  reject(error: Error): void;
  onProgress: OnProgress;
}

const GONE: Failure = {
  kind: 'service-unavailable',
  happened: 'The branch service ended while it was asked about an update of the program.',
  safe: 'Nothing was installed. What had arrived of the update is kept.',
  next: 'Nothing needs to be done: the service starts again by itself, and goes on with it.',
  facts: {},
};

type Answering = Extract<FromService, { kind: 'app-answer' | 'app-progress' }>;

/** Over the messages between main and the service, which may end at any time. */
export class ServiceQuestions implements AppQuestions {
  readonly #tell: (message: ToService) => boolean;
  readonly #open = new Map<number, Open>();
  #lastId = 0;

  /** @param tell false: there is no service that hears it */
  constructor(tell: (message: ToService) => boolean) {
    this.#tell = tell;
  }

  async offer(): Promise<AppOffer | null> {
    const answer = await this.#ask({ ask: 'offer' });
    if (answer.answer !== 'offer') throw new Error(`the service answered ${answer.answer} to offer`);
    return answer.offer;
  }

  async fetch(target: string, onProgress: OnProgress = () => {}): Promise<string> {
    const answer = await this.#ask({ ask: 'fetch', target }, onProgress);
    if (answer.answer !== 'file') throw new Error(`the service answered ${answer.answer} to fetch`);
    return answer.file;
  }

  async mayRestart(version: string): Promise<{ awayMs: number | null }> {
    const answer = await this.#ask({ ask: 'restart', version });
    if (answer.answer !== 'restart') throw new Error(`the service answered ${answer.answer} to restart`);
    return { awayMs: answer.awayMs };
  }

  receive(message: Answering): void {
    const question = this.#open.get(message.id);
    if (message.kind === 'app-progress') question?.onProgress(message.done, message.total);
    else {
      this.#open.delete(message.id);
      question?.resolve(message.answer);
    }
  }

  /** The service has ended: nobody waits for its answers. */
  lost(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(new Failed(GONE));
  }

  async #ask(question: AppQuestion, onProgress: OnProgress = () => {}): Promise<AppAnswer> {
    const id = ++this.#lastId;
    const answer = await new Promise<AppAnswer>((resolve, reject) => {
      this.#open.set(id, { resolve, reject, onProgress });
      if (this.#tell({ kind: 'app-question', id, question })) return;
      this.#open.delete(id);
      reject(new Failed(GONE));
    });
    if (answer.answer === 'failure') throw new Failed(answer.failure);
    return answer;
  }
}

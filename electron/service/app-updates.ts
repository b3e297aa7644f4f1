/**
 * The service's side of the program's own updates: main asks what is signed, has files fetched and verified, and asks before it ends the program
 * (contract/app-update.ts). What main tells of its progress is told on to the screens with everything else about updates.
 */
import type { Reached } from '../../branch/activation/reach-updates.ts';
import type { UpdateAccess } from '../../branch/activation/update-state.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { hasAccounts } from '../../branch/people/accounts.ts';
import type { AppOffer as SignedOffer } from '../../branch/updates/app-offer.ts';
import { whyNotRestart } from '../../branch/updates/may-restart.ts';
import { isWebAddress } from '../../branch/updates/open-updates.ts';
import { type AppAnswer, type AppOffer, type AppQuestion, type AppUpdateState, NO_APP_UPDATE } from '../../contract/app-update.ts';
import { Failed } from '../../contract/failure.ts';
import type { FromService } from '../../contract/service-messages.ts';
import type { UpdateState } from '../../contract/update-calls.ts';
import type { Calls } from './answer-calls.ts';

/** A bar moves smoothly with so many steps; a message for each piece of 64 KiB would be thousands. */
const PROGRESS_STEPS = 200;

interface Parts {
  branch: Branch;
  reached: Reached;
  /** Of the program that runs here. */
  version: string;
  presence: Calls['presence'];
  tell(message: FromService): void;
}

export class AppUpdates {
  readonly #parts: Parts;
  #state: AppUpdateState = NO_APP_UPDATE;
  /** Where the last check looked: what it found on a stick is fetched from the stick. */
  #folder: string | null = null;
  #awaySince: number | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The same access, which also tells main to look when a check has ended, and the screens what main tells. */
  get access(): UpdateAccess {
    const { reached, tell } = this.#parts;
    return {
      ...reached,
      check: async (branch, folder, onStep, signal) => {
        const checked = await reached.check(branch, folder, onStep, signal);
        this.#folder = folder;
        tell({ kind: 'app-look' });
        return checked;
      },
      app: (branch) => this.#shown(reached.app(branch)),
    };
  }

  /** What main tells. */
  set state(state: AppUpdateState) {
    const isNews = state.state !== this.#state.state || state.version !== this.#state.version;
    this.#state = state;
    // Not for every step of a download: a bar moves by `native.appUpdate`.
    if (isNews) this.#parts.branch.tellChange();
  }

  async answer(id: number, question: AppQuestion): Promise<void> {
    this.#parts.tell({ kind: 'app-answer', id, answer: await this.#answerOf(id, question).catch(failureAnswer) });
  }

  async #answerOf(id: number, question: AppQuestion): Promise<AppAnswer> {
    if (question.ask === 'offer') return { answer: 'offer', offer: await this.#offer() };
    return question.ask === 'fetch' ? await this.#fetch(id, question.target) : await this.#mayRestart(question.version);
  }

  async #signed(): Promise<SignedOffer | null> {
    const { branch, reached, version } = this.#parts;
    const offer = await reached.updates(branch, this.#folder).app(version);
    if (offer !== null && 'failure' in offer) throw new Failed(offer.failure);
    return offer;
  }

  async #offer(): Promise<AppOffer | null> {
    const offer = await this.#signed();
    if (offer === null) return null;
    const { source: _, notes: __, activateFrom: ___, file, ...rest } = offer;
    const { branch, reached } = this.#parts;
    const { repository } = reached.updates(branch, this.#folder);
    return { ...rest, url: repository !== null && isWebAddress(repository) ? `${repository.replace(/\/+$/, '')}/${file}` : null };
  }

  async #fetch(id: number, target: string): Promise<AppAnswer> {
    const { branch, reached, tell } = this.#parts;
    let told = 0;
    const got = await reached.updates(branch, this.#folder).downloadTarget(target, (done, total) => {
      if (done < total && done - told < total / PROGRESS_STEPS) return;
      told = done;
      tell({ kind: 'app-progress', id, done, total });
    });
    if ('failure' in got) throw new Failed(got.failure);
    return { answer: 'file', file: got.file };
  }

  async #mayRestart(version: string): Promise<AppAnswer> {
    const { branch, presence } = this.#parts;
    const { atWork, isBusy } = presence();
    const hindrance = whyNotRestart(branch, { atWork, isBusy, version, offer: await this.#signed() });
    if (hindrance !== null) throw new Failed(hindrance);
    return { answer: 'restart', awayMs: this.#awayMs(atWork) };
  }

  /** A first start has nobody signed in either, and somebody in front of it. */
  #awayMs(atWork: readonly string[]): number | null {
    const { clock, log } = this.#parts.branch;
    if (atWork.length > 0 || !hasAccounts(log.db)) this.#awaySince = null;
    else this.#awaySince ??= clock.mono();
    return this.#awaySince === null ? null : clock.mono() - this.#awaySince;
  }

  /** What main has is about the release that it was offered; a later check may have found another. */
  #shown(found: UpdateState['app']): UpdateState['app'] {
    const { state, version, failure } = this.#state;
    if (version !== null && version !== found.offered?.version) return found;
    return state === 'none' ? found : { ...found, state, failure };
  }
}

/** A bug is main's to hear of, too: it waits for an answer. It is told without its text, which may quote anything. */
function failureAnswer(error: unknown): AppAnswer {
  if (error instanceof Failed) return { answer: 'failure', failure: error.failure };
  process.stderr.write(
    `outpost: bug in the service's updates: ${error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join('\n') : ''}\n`,
  );
  return {
    answer: 'failure',
    failure: {
      kind: 'service-unavailable',
      happened: 'The branch service could not answer about updates of the program.',
      safe: 'Nothing was installed, and deciding goes on.',
      next: 'Send what the program wrote on its error output to whoever maintains it.',
      facts: {},
    },
  };
}

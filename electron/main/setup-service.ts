/**
 * The branch service: a utility process that runs everything but the windows. It is watched by a heartbeat, ended when it hangs, and
 * started again when it ends; what it had acknowledged is on disk, and what it had not is asked again by the page (one applicationId, one entry).
 */
import { app, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { AppUpdateState } from '../../contract/app-update.ts';
import type { Failure } from '../../contract/failure.ts';
import type { ServiceState } from '../../contract/native.ts';
import { type FromService, fromService, type ToService } from '../../contract/service-messages.ts';
import { ServiceQuestions } from './app-update/questions.ts';
import { Heartbeat } from './heartbeat.ts';
import { askKeyStore, nameKeyStore } from './key-store.ts';
import type { Places } from './places.ts';

const FIRST_PAUSE_MS = 200;
const MOST_RESTARTS = 5;
/** A service that has been well for this long has recovered: earlier ends no longer count. */
const RECOVERED_AFTER_MS = 60_000;
const TRY_BUSY_AGAIN_MS = 2000;
/** Closing writes nothing that is not on disk already, so it is not waited for much longer than a checkpoint takes. */
const CLOSE_WITHIN_MS = 3000;

const GIVEN_UP: Failure = {
  kind: 'service-unavailable',
  happened: `The branch service ended ${MOST_RESTARTS} times in a row and is not started again.`,
  safe: 'Every decision that was shown is stored.',
  next: 'Close Outpost and start it again. If that does not help, run "outpost doctor" on the data folder.',
  facts: { restarts: MOST_RESTARTS },
};

export class BranchService {
  state: ServiceState = { state: 'starting' };
  /** About the program's own updates. */
  readonly questions = new ServiceQuestions((message) => this.#tell(message));
  readonly #places: Places;
  readonly #listeners = new Set<(state: ServiceState) => void>();
  #child: UtilityProcess | null = null;
  #heartbeat: Heartbeat | null = null;
  #restarts = 0;
  #isStopping = false;
  #wasOpen = false;
  #onAppLook = (): void => {};
  /** The process ends to begin anew with a restored folder: no crash. */
  #isMakingWay = false;
  /** Kept for as long as the program runs, so that a restart after a crash need not ask a person again. */
  #passphrase: string | null = null;

  constructor(places: Places) {
    this.#places = places;
    this.#start();
  }

  /** @returns stops listening */
  onState(listener: (state: ServiceState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back whenever another release of the program may reach this PC. */
  onAppLook(listener: () => void): void {
    this.#onAppLook = listener;
  }

  tellAppState(state: AppUpdateState): void {
    this.#tell({ kind: 'app-state', state });
  }

  connect(port: MessagePortMain): void {
    this.#child?.postMessage({ kind: 'connect' } satisfies ToService, [port]);
  }

  unlock(passphrase: string): void {
    this.#passphrase = passphrase;
    void this.#open();
  }

  /** It was stopped, and nothing of it is left. */
  get isStopped(): boolean {
    return this.#isStopping && this.#child === null;
  }

  /** After `stop`, where the program goes on after all. */
  startAgain(): void {
    this.#isStopping = false;
    this.#restarts = 0;
    this.#set({ state: 'starting' });
    this.#start();
  }

  /** Lets the service close its database; ends it when it does not. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.#tell({ kind: 'close' });
    const timer = setTimeout(() => this.#kill(), CLOSE_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }

  #start(): void {
    const child = utilityProcess.fork(this.#places.service, [], { serviceName: 'Outpost branch service', stdio: 'inherit' });
    this.#child = child;
    this.#heartbeat = new Heartbeat(
      (beat) => this.#tell({ kind: 'ping', beat }),
      () => this.#kill(),
    );
    child.on('message', (message: unknown) => this.#receive(fromService.parse(message)));
    child.on('exit', (code) => this.#ended(code));
  }

  #receive(message: FromService): void {
    if (message.kind === 'pong') this.#heartbeat?.answered(message.beat);
    else if (message.kind === 'up') void this.#open();
    else if (message.kind === 'key-question') void this.#answerKeyQuestion(message.id, message.ask, message.value);
    else if (message.kind === 'app-answer' || message.kind === 'app-progress') this.questions.receive(message);
    else if (message.kind === 'app-look') this.#onAppLook();
    else if (message.kind === 'opened') {
      this.#wasOpen = true;
      this.#heartbeat?.opened();
      this.#set({ state: 'ready' });
      setTimeout(() => this.#recover(this.#child), RECOVERED_AFTER_MS).unref();
    } else if (message.kind === 'failed') this.#fail(message.failure);
    else if (message.kind === 'restored') this.#isMakingWay = true;
    else {
      // A passphrase that was wrong is not offered again after a restart.
      if (message.wrong) this.#passphrase = null;
      this.#set({ state: 'needs-passphrase', firstUse: message.firstUse, why: message.why, wrong: message.wrong });
    }
  }

  /** Another program has the folder only for a while (a batch of the command line, a copy): it is tried again until it is free. */
  #fail(failure: Failure): void {
    this.#set({ state: 'failed', failure });
    if (failure.kind === 'data-folder-busy') setTimeout(() => this.#isStopping || void this.#open(), TRY_BUSY_AGAIN_MS);
  }

  async #open(): Promise<void> {
    const { office: dataDir, bundled: bundledDir, trustRoot } = this.#places;
    this.#tell({
      kind: 'open',
      dataDir,
      bundledDir,
      trustRoot,
      keyStore: await nameKeyStore(),
      passphrase: this.#passphrase,
      isRestart: this.#wasOpen,
    });
  }

  async #answerKeyQuestion(id: number, ask: 'wrap' | 'unwrap', value: string): Promise<void> {
    this.#tell({ kind: 'key-answer', id, value: await askKeyStore(ask, value) });
  }

  #tell(message: ToService): boolean {
    this.#child?.postMessage(message);
    return this.#child !== null;
  }

  /**
   * SIGKILL, because a process that hangs does not hear a polite signal, and because `kill()` can hold the main process until the other
   * has gone (electron#45053). The database is made for this.
   */
  #kill(): void {
    const pid = this.#child?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }

  #recover(child: UtilityProcess | null): void {
    if (child === this.#child) this.#restarts = 0;
  }

  #ended(code: number): void {
    this.#heartbeat?.stop();
    this.#child = null;
    this.questions.lost();
    if (this.#isStopping) return;
    if (this.#isMakingWay) {
      this.#isMakingWay = false;
      // Another office: nobody goes on in it who was at work in the one before.
      this.#wasOpen = false;
      this.#set({ state: 'starting' });
      this.#start();
      return;
    }
    process.stderr.write(`outpost: the branch service ended with code ${code}\n`);
    if (this.#restarts >= MOST_RESTARTS) {
      this.#set({ state: 'failed', failure: GIVEN_UP });
      return;
    }
    this.#restarts += 1;
    this.#set({ state: 'restarting', attempt: this.#restarts });
    setTimeout(() => this.#isStopping || this.#start(), FIRST_PAUSE_MS * 2 ** (this.#restarts - 1));
  }

  #set(state: ServiceState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Starts the service and ends it with the program. */
export function setupService(places: Places): BranchService {
  const service = new BranchService(places);
  app.on('will-quit', (event) => {
    if (service.isStopped) return;
    event.preventDefault();
    void service.stop().then(() => app.quit());
  });
  return service;
}

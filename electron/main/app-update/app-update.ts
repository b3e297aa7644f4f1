/**
 * The program's own update, from what is offered to the restart. electron-updater downloads differences and installs; what is current, whom it
 * reaches and what every byte must be comes from the service; nothing starts by itself but what is here.
 */
import { rm } from 'node:fs/promises';
import type { AppUpdater } from 'electron-updater';
import { type AppOffer, type AppUpdateState, NO_APP_UPDATE } from '../../../contract/app-update.ts';
import { Failed, type Failure } from '../../../contract/failure.ts';
import type { RequestLimits } from './bound-requests.ts';
import { checkInstaller } from './check-installer.ts';
import { failureOfUpdater, notReady, refusedUpdate } from './failures.ts';
import type { AppQuestions } from './questions.ts';
import { type SignedFeed, SignedProvider } from './signed-provider.ts';

/** Nobody at work for so long: the update may be installed without anybody. */
const AWAY_MS = 10 * 60_000;

export interface AppUpdateParts {
  updater: AppUpdater;
  questions: AppQuestions;
  /** The branch service, which must have closed its database before an installer runs: that may end processes that are in its way. */
  office: { stop(): Promise<void>; startAgain(): void };
  /** Nobody needs to confirm an installation to the system. */
  installsAlone: boolean;
  onState(state: AppUpdateState): void;
  limits?: RequestLimits;
}

export class AppUpdate {
  readonly #parts: AppUpdateParts;
  #state = NO_APP_UPDATE;
  #offer: AppOffer | null = null;
  #ready: { file: string; offer: AppOffer } | null = null;
  #looking: Promise<void> | null = null;
  #looksAgain = false;
  #isInstalling = false;

  constructor(parts: AppUpdateParts) {
    this.#parts = parts;
    setUp(parts, { offer: () => this.#offered(), onProgress: (done, total) => this.#progress(done, total) });
  }

  get state(): AppUpdateState {
    return this.#state;
  }

  /** Asks what is offered and fetches it. One at a time; asked for meanwhile, it is done once more. */
  look(): Promise<void> {
    this.#looksAgain = this.#looking !== null;
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
      if (this.#looksAgain) void this.look();
    });
    return this.#looking;
  }

  /**
   * Ends the program and installs what is ready. @throws Failed: an application is open, something runs, it is not offered any more, or the file
   * is not the signed one; the program goes on then
   */
  async install(): Promise<void> {
    await this.#install(false);
  }

  /** To be called now and then: installs what is ready where nobody is at work, and nobody is needed. */
  async installWhileAway(): Promise<void> {
    if (!this.#parts.installsAlone || this.#ready === null || this.#isInstalling) return;
    try {
      const { awayMs } = await this.#parts.questions.mayRestart(this.#ready.offer.version);
      if (awayMs !== null && awayMs >= AWAY_MS) await this.#install(true);
    } catch (error) {
      // Told by the state where the file was refused; everything else is a reason to wait.
      if (!(error instanceof Failed)) throw error;
    }
  }

  async #lookOnce(): Promise<void> {
    try {
      const offer = await this.#parts.questions.offer();
      if (offer === null) return this.#leave(NO_APP_UPDATE);
      // Downloaded already; that it still is what was signed is looked at before it runs.
      if (this.#ready?.offer.sha512 === offer.sha512) return;
      this.#ready = null;
      this.#offer = offer;
      this.#set({ state: 'offered', version: offer.version, progress: null, failure: null });
      await this.#download(offer);
    } catch (error) {
      if (!(error instanceof Failed)) report(error);
      this.#failed(failureOfUpdater(error, this.#offer?.target ?? 'the update'));
    }
  }

  async #download(offer: AppOffer): Promise<void> {
    const { updater } = this.#parts;
    // Set anew each time: once set for a withdrawn release, it would let every later one go back.
    updater.allowDowngrade = offer.allowDowngrade;
    updater.disableDifferentialDownload = offer.url === null;
    const found = await updater.checkForUpdates();
    // Not packed as what can update itself: an AppImage that was unpacked, say.
    if (found === null) return this.#leave(NO_APP_UPDATE);
    if (!found.isUpdateAvailable)
      throw new Failed(refusedUpdate('downgrade', offer.target, `${offer.version} is not higher than the version that runs here.`));
    this.#progress(0, offer.bytes);
    const [file] = await updater.downloadUpdate();
    if (file === undefined) throw new Error('electron-updater names no file');
    // One that it finds from before it checks by its being there alone, within one run.
    const refused = await refusalOf({ file, offer });
    if (refused !== null) throw new Failed(refused);
    this.#ready = { file, offer };
    this.#set({ state: 'ready', version: offer.version, progress: null, failure: null });
  }

  async #install(isSilent: boolean): Promise<void> {
    const ready = this.#ready;
    if (ready === null || this.#isInstalling) throw new Failed(notReady());
    const { questions, office, updater } = this.#parts;
    this.#isInstalling = true;
    try {
      await questions.mayRestart(ready.offer.version);
      await office.stop();
      const failure = (await refusalOf(ready)) ?? installNow(updater, isSilent, ready.offer.target);
      if (failure === null) return;
      office.startAgain();
      this.#failed(failure);
      throw new Failed(failure);
    } finally {
      this.#isInstalling = false;
    }
  }

  #offered(): AppOffer {
    if (this.#offer === null) throw new Error('nothing is offered');
    return this.#offer;
  }

  #leave(state: AppUpdateState): void {
    this.#ready = null;
    this.#offer = null;
    this.#set(state);
  }

  #failed(failure: Failure): void {
    this.#ready = null;
    this.#set({ state: 'failed', version: this.#offer?.version ?? null, progress: null, failure });
  }

  #progress(done: number, total: number): void {
    this.#set({ state: 'downloading', version: this.#offer?.version ?? null, progress: { done, total }, failure: null });
  }

  #set(state: AppUpdateState): void {
    this.#state = state;
    this.#parts.onState(state);
  }
}

/** `channel` is never touched: setting it permits downgrades, whatever was said before. */
function setUp({ updater, questions, limits }: AppUpdateParts, { offer, onProgress }: Pick<SignedFeed, 'offer' | 'onProgress'>): void {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  // An installer that fetches the program itself would fetch what nobody signed.
  updater.disableWebInstaller = true;
  updater.logger = { info: () => {}, warn: report, error: report };
  updater.on('download-progress', ({ transferred, total }) => onProgress(transferred, total));
  const feed: SignedFeed = { questions, offer, onProgress, ...(limits ? { limits } : {}) };
  // Last: the provider takes hold of the executor as it is now.
  updater.setFeedURL({ provider: 'custom', updateProvider: SignedProvider, feed });
}

/** Also right before it runs: it lay where whoever has this user's rights can write. What is refused goes, or it would be found again. */
async function refusalOf({ file, offer }: { file: string; offer: AppOffer }): Promise<Failure | null> {
  try {
    const failure = await checkInstaller(file, offer);
    if (failure !== null) await rm(file, { force: true });
    return failure;
  } catch (error) {
    return failureOfUpdater(error, offer.target);
  }
}

/** @returns null: the installer runs, and the program ends; else why it could not be started, which electron-updater says by an event alone */
function installNow(updater: AppUpdater, isSilent: boolean, target: string): Failure | null {
  const met: Error[] = [];
  const listen = (error: Error) => void met.push(error);
  updater.on('error', listen);
  updater.quitAndInstall(isSilent, true);
  updater.off('error', listen);
  return met[0] === undefined ? null : failureOfUpdater(met[0], target);
}

/** One line of it: the rest is a stack of electron-updater's own. */
function report(told: unknown): void {
  const text = told instanceof Error ? told.message : String(told);
  process.stderr.write(`outpost: update of the program: ${text.split('\n')[0]}\n`);
}

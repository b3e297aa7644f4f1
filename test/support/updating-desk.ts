/** A PC of a branch whose program updates itself: main's and the service's real parts with a line of plain messages between, on a real office. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachUpdates } from '../../branch/activation/reach-updates.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { keepUpdatePlace } from '../../branch/updates/update-state.ts';
import type { AppUpdateState } from '../../contract/app-update.ts';
import { type FromService, fromService, type ToService, toService } from '../../contract/service-messages.ts';
import { AppUpdate } from '../../electron/main/app-update/app-update.ts';
import { ServiceQuestions } from '../../electron/main/app-update/questions.ts';
import { AppUpdates } from '../../electron/service/app-updates.ts';
import { PlainApp, plainUpdater } from './plain-updater.ts';

/** Parts of a message that cannot cross processes are lost on this line, too. */
const crossed = <M>(message: M): M => JSON.parse(JSON.stringify(message)) as M;

export interface DeskOptions {
  branch: Branch;
  folder: string;
  kind: 'nsis' | 'appimage';
  /** File of the root of trust. */
  trustRoot: string;
  repository: string;
  version?: string;
  /** Of the platform's installers. */
  platform?: string;
}

export class Desk {
  readonly app: PlainApp;
  readonly updater;
  readonly started;
  readonly update: AppUpdate;
  readonly states: AppUpdateState[] = [];
  /** Service and office: what main did to them. */
  readonly office: string[] = [];
  presence = { atWork: [] as string[], isBusy: false };
  readonly service: AppUpdates;
  readonly questions: ServiceQuestions;
  readonly #branch: Branch;
  /** Main looks whenever the service says so; a test waits for it. */
  #looking: Promise<void> = Promise.resolve();

  constructor({ branch, folder, kind, trustRoot, repository, version = '1.0.0', platform = 'win32-x64' }: DeskOptions) {
    this.#branch = branch;
    mkdirSync(folder, { recursive: true });
    keepUpdatePlace(branch.log.db, { repository, tags: [] });
    const reached = reachUpdates({ trustRoot, fetch: globalThis.fetch, version, platform });
    const tell = (message: FromService) => this.#receive(fromService.parse(crossed(message)));
    this.service = new AppUpdates({ branch, reached, version, presence: () => this.presence, tell });
    this.questions = new ServiceQuestions((message) => this.#serve(toService.parse(crossed(message))));
    this.app = new PlainApp(version, folder);
    ({ updater: this.updater, started: this.started } = plainUpdater(kind, this.app));
    this.update = new AppUpdate({
      updater: this.updater,
      questions: this.questions,
      office: { stop: async () => void this.office.push('stop'), startAgain: () => void this.office.push('start') },
      installsAlone: true,
      onState: (state) => this.states.push(state),
      limits: { idleMs: 1500, minBytesPerSecond: 20_000 },
    });
  }

  /** As a person or the schedule has it checked, and what main then does. @param from a stick */
  async check(from: string | null = null): Promise<AppUpdateState> {
    const { signal } = new AbortController();
    await this.service.access.check(this.#branch, from, () => {}, signal);
    await this.#looking;
    return this.update.state;
  }

  /** As NSIS leaves it: the installer of the version that runs. */
  keepInstaller(bytes: Buffer): void {
    writeFileSync(join(this.app.cache, 'installer.exe'), bytes);
  }

  /** Installers that lie ready, without what electron-updater notes beside them. */
  get pending(): string[] {
    const folder = join(this.app.cache, 'pending');
    return readdirSync(folder)
      .filter((name) => /\.(exe|appimage)$/i.test(name))
      .map((name) => join(folder, name));
  }

  #serve(message: ToService): boolean {
    if (message.kind === 'app-question') void this.service.answer(message.id, message.question);
    return true;
  }

  #receive(message: FromService): void {
    if (message.kind === 'app-look') this.#looking = this.update.look();
    else if (message.kind === 'app-answer' || message.kind === 'app-progress') this.questions.receive(message);
  }
}

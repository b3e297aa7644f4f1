/** Updates of the program itself, in a packaged one: the updater of this platform, what the service knows, and when it may restart. */
import { app } from 'electron';
import { type AppUpdateState, NO_APP_UPDATE } from '../../contract/app-update.ts';
import { Failed } from '../../contract/failure.ts';
import type { AppUpdate } from './app-update/app-update.ts';
import { notReady } from './app-update/failures.ts';
import type { BranchService } from './setup-service.ts';

const LOOK_WHETHER_AWAY_MS = 60_000;

/** What the screens see and ask; there is one also where the program does not update itself. */
export class ShownAppUpdate {
  state = NO_APP_UPDATE;
  update: AppUpdate | null = null;
  readonly #listeners = new Set<(state: AppUpdateState) => void>();

  /** @returns stops listening */
  onState(listener: (state: AppUpdateState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(state: AppUpdateState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** @throws Failed */
  async install(): Promise<void> {
    if (this.update === null) throw new Failed(notReady());
    await this.update.install();
  }
}

export function setupAppUpdate(service: BranchService): ShownAppUpdate {
  const shown = new ShownAppUpdate();
  if (app.isPackaged)
    makeUpdate(service, shown).catch((error: unknown) => {
      // Without an updater the program does all its work; IT sees why it stays as it is.
      process.stderr.write(`outpost: this program cannot update itself: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  else process.stderr.write('outpost: not a packaged program, so it does not update itself\n');
  return shown;
}

/** Loaded when the window is being shown: a start does not wait for it. */
async function makeUpdate(service: BranchService, shown: ShownAppUpdate): Promise<void> {
  const { default: electronUpdater } = await import('electron-updater');
  const { AppUpdate } = await import('./app-update/app-update.ts');
  const onState = (state: AppUpdateState) => {
    shown.set(state);
    service.tellAppState(state);
  };
  const { questions } = service;
  const update = new AppUpdate({
    updater: electronUpdater.autoUpdater,
    questions,
    office: service,
    installsAlone: installsAlone(),
    onState,
  });
  shown.update = update;
  service.onAppLook(() => {
    // A service that was started again has not been told.
    service.tellAppState(update.state);
    void update.look();
  });
  // The service may have said so before the updater was there.
  void update.look();
  setInterval(() => void update.installWhileAway(), LOOK_WHETHER_AWAY_MS).unref();
}

/**
 * An AppImage replaces its own file, and a program that was installed for its user alone is theirs. Anything else asks for an administrator (on macOS
 * for who owns the program): with nobody there, the program would have ended and stay as it was.
 */
function installsAlone(): boolean {
  const { APPIMAGE, LOCALAPPDATA } = process.env;
  if (process.platform === 'linux') return APPIMAGE !== undefined;
  return process.platform === 'win32' && LOCALAPPDATA !== undefined && process.execPath.startsWith(LOCALAPPDATA);
}

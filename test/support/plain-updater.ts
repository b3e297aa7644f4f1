/** The real electron-updater in plain Node: its adapter of the app and its executor, without Electron. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { configureRequestOptions, configureRequestUrl, type DownloadOptions, HttpExecutor } from 'builder-util-runtime';
import electronUpdater, { type AppUpdater } from 'electron-updater';
import type { AppAdapter } from 'electron-updater/out/AppAdapter.js';

/** What Electron's executor does over its `net`, over `node:http`. */
class PlainExecutor extends HttpExecutor<ClientRequest> {
  override createRequest(options: object, callback: (response: IncomingMessage) => void): ClientRequest {
    return request(options, callback);
  }

  async download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    return await options.cancellationToken.createPromise<string>((resolve, reject, onCancel) => {
      const to = configureRequestOptions({ headers: options.headers ?? {} });
      configureRequestUrl(url, to);
      const callback = (error: Error | null) => (error === null ? resolve(destination) : reject(error));
      this.doDownload(to, { destination, options, onCancel, callback, responseHandler: null } as never, 0);
    });
  }
}

export class PlainApp implements AppAdapter {
  readonly name = 'outpost';
  readonly isPackaged = true;
  readonly version: string;
  readonly folder: string;
  hasQuit = false;

  constructor(version: string, folder: string) {
    this.version = version;
    this.folder = folder;
    mkdirSync(this.cache, { recursive: true });
    writeFileSync(this.appUpdateConfigPath, 'provider: custom\nupdaterCacheDirName: outpost-updater\n');
  }

  get appUpdateConfigPath(): string {
    return join(this.folder, 'app-update.yml');
  }
  get userDataPath(): string {
    return this.folder;
  }
  get baseCachePath(): string {
    return join(this.folder, 'cache');
  }
  /** Where it keeps the installer of this version, and below `pending` the next one. */
  get cache(): string {
    return join(this.baseCachePath, 'outpost-updater');
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  relaunch(): void {}
  quit(): void {
    this.hasQuit = true;
  }
  onQuit(): void {
    throw new Error('something would be installed when the program ends');
  }
}

/** What would have been started, and how; nothing is. */
export interface Started {
  command: string;
  args: string[];
}

interface Own {
  httpExecutor: PlainExecutor;
  install(isSilent: boolean, isForceRunAfter: boolean): boolean;
  spawnLog(command: string, args?: string[]): Promise<boolean>;
}

/** @param kind whose platform does not matter: on Linux an NSIS installer is fetched, checked and started like on Windows */
export function plainUpdater(kind: 'nsis' | 'appimage', app: PlainApp): { updater: AppUpdater; started: Started[] } {
  const updater = new { nsis: electronUpdater.NsisUpdater, appimage: electronUpdater.AppImageUpdater }[kind](null, app);
  const own = updater as unknown as Own;
  const started: Started[] = [];
  own.httpExecutor = new PlainExecutor();
  own.spawnLog = (command, args = []) => {
    started.push({ command, args });
    return Promise.resolve(true);
  };
  // As it does itself, but for an event of Electron's own updater in between.
  updater.quitAndInstall = (isSilent = false, isForceRunAfter = false) => {
    if (own.install(isSilent, isForceRunAfter)) app.quit();
  };
  return { updater, started };
}

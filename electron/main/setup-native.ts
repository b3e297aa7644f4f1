/** What only the shell can do, for the page: one oRPC router over a port of its own (contract/native.ts). */
import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { app, type BrowserWindow, dialog, type MessagePortMain, nativeTheme } from 'electron';
import { Failed } from '../../contract/failure.ts';
import { nativeContract } from '../../contract/native.ts';
import type { ShellPreferences } from '../../contract/shell-preferences.ts';
import { writePreferences } from './preferences.ts';
import type { ShownAppUpdate } from './setup-app-update.ts';
import type { BranchService } from './setup-service.ts';

interface Followed<S> {
  readonly state: S;
  onState(listener: (state: S) => void): () => void;
}

/** The state now and at every change, until the page goes. */
async function* follow<S>(followed: Followed<S>, signal: AbortSignal | undefined): AsyncGenerator<S> {
  const seen: S[] = [followed.state];
  let wake = (): void => undefined;
  const stop = followed.onState((state) => {
    seen.push(state);
    wake();
  });
  signal?.addEventListener('abort', () => wake());
  try {
    while (!signal?.aborted) {
      const next = seen.shift();
      if (next) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stop();
  }
}

/** The ending names them, as branch/exports-folder.ts has it; the dialog's own words are the system's. */
async function chooseBackup(window: BrowserWindow): Promise<{ file: string | null }> {
  if (window.isDestroyed()) return { file: null };
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [{ name: 'Outpost', extensions: ['outpost-backup'] }],
  });
  return { file: canceled ? null : (filePaths[0] ?? null) };
}

async function chooseBranchFile(window: BrowserWindow): Promise<{ file: string | null }> {
  if (window.isDestroyed()) return { file: null };
  // Whatever it was saved as: the service says whether it is one.
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'] });
  return { file: canceled ? null : (filePaths[0] ?? null) };
}

async function chooseFolder(window: BrowserWindow): Promise<{ folder: string | null }> {
  if (window.isDestroyed()) return { folder: null };
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
  return { folder: canceled ? null : (filePaths[0] ?? null) };
}

async function installUpdate(appUpdate: ShownAppUpdate): Promise<void> {
  try {
    await appUpdate.install();
  } catch (error) {
    if (error instanceof Failed) throw new ORPCError('FAILED', { message: error.failure.happened, data: error.failure });
    throw error;
  }
}

interface Served {
  service: BranchService;
  appUpdate: ShownAppUpdate;
  preferences: ShellPreferences;
}

/** @returns serves a page's port */
export function setupNative(window: BrowserWindow, { service, appUpdate, preferences }: Served): (port: MessagePortMain) => void {
  const os = implement(nativeContract);
  const router = os.router({
    info: os.info.handler(() => ({
      version: app.getVersion(),
      shell: 'standIn' in process.versions ? ('stand-in' as const) : ('electron' as const),
      platform: process.platform,
      language: app.getLocale(),
      theme: preferences.theme,
    })),
    setTheme: os.setTheme.handler(({ input }) => {
      preferences.theme = input.theme;
      nativeTheme.themeSource = input.theme;
      if (!window.isDestroyed()) writePreferences(preferences);
    }),
    service: os.service.handler(({ signal }) => follow(service, signal)),
    chooseBackup: os.chooseBackup.handler(() => chooseBackup(window)),
    chooseBranchFile: os.chooseBranchFile.handler(() => chooseBranchFile(window)),
    chooseFolder: os.chooseFolder.handler(() => chooseFolder(window)),
    appUpdate: os.appUpdate.handler(({ signal }) => follow(appUpdate, signal)),
    installUpdate: os.installUpdate.handler(() => installUpdate(appUpdate)),
    unlock: os.unlock.handler(({ input }) => service.unlock(input.passphrase)),
  });
  const handler = new RPCHandler(router);
  return (port) => {
    handler.upgrade(port);
    port.start();
  };
}

/** What only the shell can do, for the page: one oRPC router over a port of its own (contract/native.ts). */
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { app, type BrowserWindow, dialog, type MessagePortMain, nativeTheme } from 'electron';
import { nativeContract, type ServiceState } from '../../contract/native.ts';
import type { ShellPreferences } from '../../contract/shell-preferences.ts';
import { writePreferences } from './preferences.ts';
import type { BranchService } from './setup-service.ts';

/** The state now and at every change, until the page goes. */
async function* follow(service: BranchService, signal: AbortSignal | undefined): AsyncGenerator<ServiceState> {
  const seen: ServiceState[] = [service.state];
  let wake = (): void => undefined;
  const stop = service.onState((state) => {
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

/** @returns serves a page's port */
export function setupNative(window: BrowserWindow, service: BranchService, preferences: ShellPreferences): (port: MessagePortMain) => void {
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
    unlock: os.unlock.handler(({ input }) => service.unlock(input.passphrase)),
  });
  const handler = new RPCHandler(router);
  return (port) => {
    handler.upgrade(port);
    port.start();
  };
}

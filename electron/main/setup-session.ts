/** The browser session asks for nothing, is given nothing, and reaches nothing but the program's own pages. */
import { session } from 'electron';
import { PAGE_ORIGIN } from './setup-scheme.ts';

export function setupSession(): void {
  const { defaultSession } = session;
  // The checklist's item 5 needs both: the check answers at once and silently, the request answers a prompt.
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !url.startsWith(`${PAGE_ORIGIN}/`) }));
  defaultSession.on('will-download', (event) => event.preventDefault());
}

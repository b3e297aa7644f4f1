/**
 * Every page of this program is the one that it brings along, and stays it: no navigation, no new windows, no embedded pages
 * (Electron security checklist 13 and 14). Set for all web contents that ever come to be, not for one window.
 */
import { app } from 'electron';

export function setupGuards(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** One window per data folder: a second start brings the first one to the front and ends. */
import { app, BrowserWindow } from 'electron';

/** @returns whether this is the first instance; if not, the app is already on its way out */
export function setupSingleInstance(): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  return true;
}

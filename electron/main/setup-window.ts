/** The one window: where it was last time, sandboxed, shown when there is something to see. */
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import type { ShellPreferences } from '../../contract/shell-preferences.ts';
import { writePreferences } from './preferences.ts';
import { INDEX_PAGE } from './setup-scheme.ts';

/** Branch PCs have 1366 × 768; the screens are laid out for that and upwards. */
const SIZE = { width: 1366, height: 768 };
const MINIMUM = { minWidth: 1024, minHeight: 640 };
/** What is seen before the first paint, like the page's own background. */
const BACKGROUND = { light: '#f3f6f7', dark: '#0f161a' };
/** A page that keeps crashing is not loaded again for ever. */
const MOST_RELOADS = 3;

/** Remembered bounds, unless the display that they were on is gone. */
function placeOf({ bounds }: ShellPreferences): Partial<Electron.Rectangle> {
  if (!bounds) return SIZE;
  const { workArea } = screen.getDisplayMatching(bounds);
  const isSeen =
    bounds.x < workArea.x + workArea.width &&
    bounds.x + bounds.width > workArea.x &&
    bounds.y >= workArea.y &&
    bounds.y < workArea.y + workArea.height;
  return isSeen ? bounds : SIZE;
}

export function setupWindow(preload: string, preferences: ShellPreferences): BrowserWindow {
  nativeTheme.themeSource = preferences.theme;
  const background = (): string => (nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light);
  const window = new BrowserWindow({
    ...MINIMUM,
    ...placeOf(preferences),
    title: 'Outpost',
    show: false,
    backgroundColor: background(),
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Chromium fetches its dictionaries from the network; and a name is nobody's spelling.
      spellcheck: false,
    },
  });
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(background());
  });
  window.once('ready-to-show', () => {
    if (preferences.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    preferences.bounds = window.getNormalBounds();
    preferences.maximized = window.isMaximized();
    writePreferences(preferences);
  });
  reloadAfterCrash(window);
  window.loadURL(INDEX_PAGE).catch((error: Error) => {
    // A build that is not whole. Without its page the program can say so in this one way only.
    dialog.showErrorBox('Outpost', `The window could not be loaded (${error.message}). Nothing was changed. Install Outpost again.`);
    app.exit(1);
  });
  return window;
}

function reloadAfterCrash(window: BrowserWindow): void {
  let reloads = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    process.stderr.write(`outpost: the window's process ended: ${reason}\n`);
    if (reason === 'clean-exit' || reloads >= MOST_RELOADS) return;
    reloads += 1;
    window.webContents.reload();
  });
}

/** The desktop shell, as a table of contents. No top-level await: Electron is ready only after this file has been loaded to its end. */
import { app } from 'electron';
import { findPlaces, type Places } from './places.ts';
import { readPreferences } from './preferences.ts';
import { setupAppUpdate } from './setup-app-update.ts';
import { setupGuards } from './setup-guards.ts';
import { setupMenu } from './setup-menu.ts';
import { setupNative } from './setup-native.ts';
import { setupPorts } from './setup-ports.ts';
import { registerScheme, servePages } from './setup-scheme.ts';
import { setupService } from './setup-service.ts';
import { setupSession } from './setup-session.ts';
import { setupSingleInstance } from './setup-single-instance.ts';
import { setupWindow } from './setup-window.ts';

function openOffice(places: Places): void {
  const preferences = readPreferences();
  servePages(places.renderer);
  setupSession();
  setupMenu(app.getLocale());
  const service = setupService(places);
  const window = setupWindow(places.preload, preferences);
  setupPorts(window, service, setupNative(window, { service, appUpdate: setupAppUpdate(service), preferences }));
}

const places = findPlaces(import.meta.dirname);
app.enableSandbox();
registerScheme();
setupGuards();
if (setupSingleInstance()) {
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(() => openOffice(places));
}

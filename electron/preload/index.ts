/**
 * Hands the page its ports and nothing else: no function, no channel name, no object of Electron's reaches the page.
 * The page asks once its own scripts have run (module scripts run before DOMContentLoaded), so no port is handed to nobody.
 */
import { ipcRenderer } from 'electron';
import { PORTS_CHANNEL } from '../../contract/ports-channel.ts';

ipcRenderer.on(PORTS_CHANNEL, (event, message: unknown) => {
  // '/' = this page's own origin only.
  window.postMessage(message, '/', event.ports);
});
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(PORTS_CHANNEL));

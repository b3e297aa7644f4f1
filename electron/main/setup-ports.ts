/**
 * Hands the page its ports. This is the gate: a frame is checked here, once, and everything later goes over ports that only this frame has
 * (Electron security checklist 17). They die with the frame's document.
 */
import { type BrowserWindow, type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain } from 'electron';
import type { PortMessage } from '../../contract/native.ts';
import { PORTS_CHANNEL } from '../../contract/ports-channel.ts';
import { PAGE_ORIGIN } from './setup-scheme.ts';
import type { BranchService } from './setup-service.ts';

/** Only the window's own top frame, on the program's own origin. */
function isOwnPage(event: IpcMainEvent, window: BrowserWindow): boolean {
  try {
    const frame = event.senderFrame;
    if (frame === null || frame.detached) return false;
    return frame.parent === null && frame.origin === PAGE_ORIGIN && event.sender === window.webContents;
  } catch (error) {
    // Electron throws when the frame was disposed between the message and the question: then nobody is there to be answered.
    if (error instanceof Error) return false;
    throw error;
  }
}

export function setupPorts(window: BrowserWindow, service: BranchService, serveNative: (port: MessagePortMain) => void): void {
  /** A page has asked, so it listens. */
  let isListening = false;
  const hand = (to: PortMessage['to'], keep: (port: MessagePortMain) => void): void => {
    const { port1, port2 } = new MessageChannelMain();
    keep(port1);
    window.webContents.postMessage(PORTS_CHANNEL, { outpost: 'port', to } satisfies PortMessage, [port2]);
  };
  const handService = (): void => {
    if (isListening && service.state.state === 'ready' && !window.isDestroyed()) hand('service', (port) => service.connect(port));
  };
  ipcMain.on(PORTS_CHANNEL, (event, ...rest: unknown[]) => {
    if (!isOwnPage(event, window) || rest.length > 0) {
      process.stderr.write('outpost: refused a message from a frame that is not the own page\n');
      return;
    }
    isListening = true;
    hand('native', serveNative);
    handService();
  });
  service.onState(handService);
}

/** `ipcMain`: listeners only; Outpost's calls go over ports. */

import { EventEmitter } from 'node:events';
import type { IpcMain } from 'electron';
import { cover } from './cover.ts';

const emitter = new EventEmitter();
emitter.setMaxListeners(0);

export const ipcMain = cover('ipcMain', emitter) as unknown as Pick<IpcMain, 'on' | 'removeListener' | 'emit' | 'listenerCount'>;

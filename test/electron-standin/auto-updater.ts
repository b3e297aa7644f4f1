/** Electron's own `autoUpdater`: electron-updater only tells it that the program ends for an update. */
import type { AutoUpdater } from 'electron';
import { CoveredEmitter, cover } from './cover.ts';

export const autoUpdater = cover(
  'autoUpdater',
  new CoveredEmitter('autoUpdater', ['before-quit-for-update']) satisfies Pick<AutoUpdater, 'emit'>,
);

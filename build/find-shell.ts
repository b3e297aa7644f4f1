/** Which shell there is on this machine: Electron's binary, or the stand-in for it. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Shell {
  /** Results of the stand-in are never called Electron's. */
  name: 'Electron' | 'stand-in';
  /** Folder for ELECTRON_OVERRIDE_DIST_PATH; null: the package's own. */
  distPath: string | null;
  executable: string;
}

const STAND_IN = fileURLToPath(new URL('../test/electron-standin/dist', import.meta.url));

/** The binary that the electron package has fetched, if it has; looking for it fetches nothing. */
export function findElectron(): string | null {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const executable = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? executable : null;
}

export function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Electron shows windows or does not start; the stand-in can do without a display. */
export function findUsableElectron(): string | null {
  return hasDisplay() ? findElectron() : null;
}

export function findShell(): Shell {
  const electron = findUsableElectron();
  if (electron) return { name: 'Electron', distPath: null, executable: electron };
  return { name: 'stand-in', distPath: STAND_IN, executable: join(STAND_IN, 'electron') };
}

/** One short attempt to fetch Electron's binary, remembered, so that no start waits twice for a network that is not there. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findElectron } from './find-shell.ts';
import { ROOT } from './root.ts';

const FETCH_WITHIN_MS = 20_000;

/** In node_modules, so that `npm ci` asks again. */
function markerOf(version: string): string {
  return join(ROOT, 'node_modules/.cache/outpost', `electron-${version}-not-fetched`);
}

/** @returns the binary, or null when it is not to be had here */
export async function fetchElectron(): Promise<string | null> {
  const found = findElectron();
  if (found) return found;
  const require = createRequire(import.meta.url);
  const { version } = require('electron/package.json') as { version: string };
  const marker = markerOf(version);
  if (existsSync(marker)) return null;
  process.stdout.write(`Fetching Electron ${version} (once, at most ${FETCH_WITHIN_MS / 1000} s) …\n`);
  await runInstaller(join(dirname(require.resolve('electron/package.json')), 'install.js'));
  const fetched = findElectron();
  if (!fetched) {
    mkdirSync(dirname(marker), { recursive: true });
    writeFileSync(marker, `${new Date().toISOString()}\nDelete this file to try again.\n`);
  }
  return fetched;
}

/** Its own words are not shown: that it failed is seen by the binary's absence, and why is nearly always 'no such host'. */
function runInstaller(script: string): Promise<void> {
  const installer = spawn(process.execPath, [script], { stdio: 'ignore', timeout: FETCH_WITHIN_MS, killSignal: 'SIGKILL' });
  return new Promise((resolve, reject) => {
    installer.on('exit', () => resolve());
    installer.on('error', reject);
  });
}

/** What the program's shell needs of the system where Electron's binary cannot be had: Chromium. Installed where that is possible, named where not. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { findUsableElectron } from './find-shell.ts';

const COMMAND = 'apt-get update && apt-get install -y --no-install-recommends chromium';
const INSTALL_WITHIN_MS = 300_000;
const PLACES = ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function hasChromium(): boolean {
  const named = process.env.CHROMIUM_PATH;
  return named ? existsSync(named) : PLACES.some((place) => existsSync(place));
}

/**
 * Makes sure that there is a shell to open windows with: Electron's binary, or Chromium for the stand-in.
 * As root on Debian it installs Chromium; otherwise it prints the command.
 * @returns whether there is one now
 */
export function ensureShell(): boolean {
  if (findUsableElectron() !== null || hasChromium()) return true;
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    process.stdout.write(`CHROMIUM_PATH is ${named}, and there is nothing there.\n`);
    return false;
  }
  const isRootOnDebian = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isRootOnDebian) {
    process.stdout.write(`Chromium is not installed, and the windows need it here. To install it on Debian:\n  sudo sh -c '${COMMAND}'\n`);
    return false;
  }
  process.stdout.write('Chromium is not installed: installing it from Debian (once) …\n');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const done = spawnSync('sh', ['-c', COMMAND], { env: environment, encoding: 'utf8', timeout: INSTALL_WITHIN_MS });
  if (done.status === 0 && hasChromium()) return true;
  process.stdout.write(
    `Chromium could not be installed:\n${(done.stderr || String(done.error ?? '')).trim().split('\n').slice(-3).join('\n')}\n`,
  );
  return false;
}

// Before the tests: they say themselves what they could not run without it.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) ensureShell();

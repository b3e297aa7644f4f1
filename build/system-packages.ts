/** What the program and its tests need of the system: installed where that is possible, named with the exact command where not. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { findUsableElectron } from './find-shell.ts';

const installCommand = (name: string): string => `apt-get update && apt-get install -y --no-install-recommends ${name}`;
const INSTALL_WITHIN_MS = 300_000;
const PLACES = ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function hasChromium(): boolean {
  const named = process.env.CHROMIUM_PATH;
  return named ? existsSync(named) : PLACES.some((place) => existsSync(place));
}

/**
 * Installs Debian packages as root on Debian; otherwise prints the command.
 * @param name one or several, with spaces between
 * @param why what it is needed for, in a few words
 * @returns whether `isThere` holds now
 */
function ensurePackage(name: string, why: string, isThere: () => boolean): boolean {
  if (isThere()) return true;
  const isRootOnDebian = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isRootOnDebian) {
    process.stdout.write(`${name} not installed: ${why}. To install it on Debian:\n  sudo sh -c '${installCommand(name)}'\n`);
    return false;
  }
  process.stdout.write(`${name} not installed: ${why}; installing from Debian (once) …\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const done = spawnSync('sh', ['-c', installCommand(name)], { env: environment, encoding: 'utf8', timeout: INSTALL_WITHIN_MS });
  if (done.status === 0 && isThere()) return true;
  const said = (done.stderr || String(done.error ?? '')).trim().split('\n').slice(-3).join('\n');
  process.stdout.write(`${name} could not be installed:\n${said}\n`);
  return false;
}

/**
 * Makes sure that there is a shell to open windows with: Electron's binary, or Chromium for the stand-in.
 * @returns whether there is one now
 */
export function ensureShell(): boolean {
  if (findUsableElectron() !== null || hasChromium()) return true;
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    process.stdout.write(`CHROMIUM_PATH is ${named}, and there is nothing there.\n`);
    return false;
  }
  return ensurePackage('chromium', 'the windows need it here', hasChromium);
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** `gcc` alone compiles nothing without the C library's headers. */
function compilesC(): boolean {
  return spawnSync('gcc', ['-E', '-'], { input: '#include <stdio.h>\n', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** Debian's own Python: its packages belong to no other. */
function readsSignatures(): boolean {
  return runs('/usr/bin/python3', '-c', 'import securesystemslib, cryptography');
}

// Before the tests: they say themselves what they could not run without these.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureShell();
  if (process.platform === 'linux') {
    ensurePackage('strace', 'the tests of failing disks need it', () => runs('strace', '-V'));
    ensurePackage('faketime', 'the tests of wrong clocks need it', () => runs('faketime', '--version'));
    ensurePackage('gcc libc6-dev', 'the tests of power cuts need them', compilesC);
    ensurePackage(
      'python3-securesystemslib python3-cryptography',
      'the test that another program reads signed updates needs them',
      readsSignatures,
    );
    ensurePackage('postgresql', 'the tests of head office on PostgreSQL need it', () => existsSync('/usr/lib/postgresql'));
    ensurePackage('openssl', 'the tests of checking a signature without our programs need it', () => runs('openssl', 'version'));
  }
}

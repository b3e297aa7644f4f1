/** `npm start`: one sees the program work in every case: in Electron, in Chromium through the stand-in, or without a display as a walk-through. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './ensure-build.ts';
import { fetchElectron } from './fetch-electron.ts';
import { findShell, hasDisplay } from './find-shell.ts';
import { ROOT } from './root.ts';
import { ensureShell } from './system-packages.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const HEADLESS_COMMANDS = `Without a window, the same program:
  npm run -s outpost -- --help
  npm run -s outpost -- decide examples/instalment-loans.csv --product instalment-loan --data ./office
  npm run tour            the walk-through again, with its pictures`;

/** Opens the window and stays with it. @returns its exit code */
function openWindow(): number {
  const shell = findShell();
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  // Electron does not start its sandbox as root; nobody runs a branch PC as root, but CI machines are.
  const args = [...(isRoot ? ['--no-sandbox'] : []), ROOT];
  const done = spawnSync(shell.executable, args, { stdio: 'inherit', env: { ...process.env, STANDIN_HEADLESS: '0' } });
  return done.status ?? 1;
}

function walkThrough(): number {
  const args = [join(ROOT, 'build/tour.ts'), '--out', join(ROOT, 'out/tour')];
  return (
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: 'inherit', env: process.env }).status ?? 1
  );
}

/** Neither a window nor a browser: a decision by the command line, which needs nothing but Node. */
function decideWithoutWindow(): number {
  const data = mkdtempSync(join(tmpdir(), 'outpost-start-'));
  const example = readdirSync(join(ROOT, 'examples')).find((name) => name.startsWith('instalment-loan') && name.endsWith('.csv'));
  if (!example) throw new Error('examples/ has no instalment-loan file');
  const args = [join(ROOT, 'cli/main.ts'), 'decide', join(ROOT, 'examples', example), '--product', 'instalment-loan', '--data', data];
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio: 'inherit' });
  rmSync(data, { recursive: true, force: true });
  return status ?? 1;
}

async function start(): Promise<number> {
  ensureBuild();
  const electron = await fetchElectron();
  const isShellThere = ensureShell();
  if (!electron && isShellThere)
    say(
      "Electron's binary cannot be had here: the same app is opened in Chromium through the stand-in (see docs/first-run-on-electron.md).",
    );
  if (isShellThere && hasDisplay()) return openWindow();
  let status: number;
  if (isShellThere) {
    say('There is no display here: the same app walks through its main flow by itself, headless.');
    status = walkThrough();
  } else {
    say('A decision by the command line instead:');
    status = decideWithoutWindow();
  }
  say(`\n${HEADLESS_COMMANDS}`);
  return status;
}

process.exit(await start());

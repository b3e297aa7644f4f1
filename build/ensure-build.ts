/** Builds the desktop when it has not been built, or when a source is newer than the build. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

const STAMP = join(ROOT, 'out/built');
/** What goes into the bundles. */
const SOURCES = [
  'contract',
  'decision',
  'ledger',
  'models',
  'db',
  'branch',
  'electron',
  'renderer',
  'build/electron.vite.config.ts',
  'package-lock.json',
];
/** Read at run time, or by nobody. */
const NOT_BUNDLED = new Set(['training', 'bundled']);

function newestIn(path: string): number {
  if (!existsSync(path)) return 0;
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const names = readdirSync(path).filter((name) => !NOT_BUNDLED.has(name));
  return Math.max(status.mtimeMs, ...names.map((name) => newestIn(join(path, name))));
}

/** Ends the program with the builder's own words when the build fails: there is nothing to go on with. */
export function ensureBuild(): void {
  const newest = Math.max(...SOURCES.map((source) => newestIn(join(ROOT, source))));
  if (existsSync(STAMP) && statSync(STAMP).mtimeMs > newest) return;
  process.stdout.write('Building the desktop …\n');
  const started = new Date();
  const args = [
    join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'),
    'build',
    '--config',
    'build/electron.vite.config.ts',
    '--logLevel',
    'warn',
  ];
  const done = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (done.status !== 0) {
    process.stderr.write(`The desktop could not be built:\n${done.stdout}${done.stderr}`);
    process.exit(1);
  }
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(STAMP, `${started.toISOString()}\n`);
}

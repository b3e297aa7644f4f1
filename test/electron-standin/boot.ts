/** Starts an app as Electron's binary does: `electron [switches] [-r module] <folder | file>`. */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Boot } from './state.ts';

const args = process.argv.slice(2);
const executable = process.env.STANDIN_EXECUTABLE ?? process.execPath;
const requires: string[] = [];
let target = '.';
for (let index = 0; index < args.length; index++) {
  const argument = args[index] ?? '';
  if (argument === '-r' || argument === '--require') requires.push(args[++index] ?? '');
  else if (!argument.startsWith('-')) {
    target = argument;
    break;
  }
}
const isFolder = statSync(target).isDirectory();
const appDir = isFolder ? resolve(target) : dirname(resolve(target));
const manifest: Boot['manifest'] = isFolder ? JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8')) : {};
const entry = isFolder ? resolve(appDir, manifest.main ?? 'index.js') : resolve(target);

const electronVersion = createRequire(import.meta.url)('electron/package.json').version as string;
Object.defineProperty(process.versions, 'electron', { value: electronVersion, enumerable: true });
// How the app knows that it must not call itself Electron.
Object.defineProperty(process.versions, 'standIn', { value: electronVersion, enumerable: true });
Object.defineProperty(process, 'execPath', { value: executable, writable: true, configurable: true });
Object.defineProperty(process, 'type', { value: 'browser' });
Object.defineProperty(process, 'resourcesPath', { value: process.env.STANDIN_RESOURCES ?? join(dirname(executable), 'resources') });
process.argv = [executable, ...args];
Object.assign(globalThis, { standInBoot: { executable, appDir, manifest, args } satisfies Boot });

const { start } = await import('./app.ts');
await import('./electron.ts');
for (const name of requires) createRequire(import.meta.url)(resolve(name));

let loaded = false;
process.on('beforeExit', () => {
  if (loaded) return;
  process.stderr.write(
    'electron stand-in: the entry point never finished loading (a top-level await of app.whenReady()? Electron hangs on it)\n',
  );
  process.exit(13);
});
try {
  // As in Electron, 'ready' waits for the whole entry point.
  await import(pathToFileURL(entry).href);
} catch (error) {
  process.stderr.write(`App threw an error during load\n${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
loaded = true;
await start();

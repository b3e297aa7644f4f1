/**
 * Preloaded: ends the process by SIGKILL before the nth call that changes a file, counted over Node's functions (SQLite's own calls are tried
 * elsewhere). `OUTPOST_KILL_AT` is n, from 1; 0: never, and how many there were is told on standard error at the end.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

type Call = (...given: unknown[]) => unknown;

const at = Number(process.env.OUTPOST_KILL_AT);
let calls = 0;

function beforeIt(of: object, names: readonly string[]): void {
  const functions = of as Record<string, Call>;
  for (const name of names) {
    const real = functions[name]!.bind(of);
    functions[name] = (...given) => {
      calls += 1;
      if (isMainThread && calls === at) process.kill(process.pid, 'SIGKILL');
      return real(...given);
    };
  }
}

beforeIt(fs, ['renameSync', 'mkdirSync', 'writeFileSync', 'rmSync', 'rmdirSync', 'fsyncSync', 'linkSync']);
beforeIt(fs.promises, ['rename', 'rm']);
const open = fs.promises.open.bind(fs.promises);
fs.promises.open = async (...given) => {
  const handle = await open(...given);
  beforeIt(handle, ['writeFile', 'sync', 'close']);
  return handle;
};
syncBuiltinESMExports();
// Threads preload this too; they make no file of their own.
if (isMainThread) process.on('exit', () => process.stderr.write(`calls ${calls}\n`));

/**
 * The disposable process of `checkPackage`: node check-worker.ts PACKAGE TIMEOUT_MS MEMORY_BYTES.
 * Says on stdout, line by line, what it begins and what it found. A thread of its own watches memory and time and kills the
 * whole process: it runs while the main thread is stuck inside the runtime, and on every platform. Neither thread loads the runtime before the
 * watch has begun: a thread that is still loading it watches nothing.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { WorkerMessage } from './check-package.ts';

const WATCH_EVERY_MS = 10;
/** Growth of the largest resident memory that is worth a line: a process that is killed cannot say it at its end. */
const TELL_EVERY_BYTES = 16 * 2 ** 20;
/** The parent kills first; this is for a parent that died. */
const GRACE_MS = 2000;

/** Synchronous, so that nothing said is lost when the process is killed. */
function say(message: WorkerMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

/** The most that was resident at any time, as the system counted it (getrusage(2) in kilobytes). */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function watch({ timeoutMs, memoryBytes }: { timeoutMs: number; memoryBytes: number }): void {
  const started = performance.now();
  let told = 0;
  setInterval(() => {
    const isLate = performance.now() - started > timeoutMs + GRACE_MS;
    const peakBytes = peakMemory();
    if (peakBytes > told + TELL_EVERY_BYTES) {
      told = peakBytes;
      say({ peakBytes });
    }
    if (!isLate && process.memoryUsage.rss() <= memoryBytes) return;
    say({ peakBytes: peakMemory() });
    say({ exceeded: isLate ? 'time' : 'memory' });
    process.kill(process.pid, 'SIGKILL');
  }, WATCH_EVERY_MS);
}

if (isMainThread) {
  const [path = '', timeoutMs, memoryBytes] = process.argv.slice(2);
  const limits = { timeoutMs: Number(timeoutMs), memoryBytes: Number(memoryBytes) };
  const watcher = new Worker(fileURLToPath(import.meta.url), { workerData: limits });
  watcher.once('message', () => {
    import('./check-steps.ts')
      .then(({ check }) => check(path, say))
      .then(
        () => {
          say({ peakBytes: peakMemory() });
          process.exit(0);
        },
        (error: unknown) => {
          writeSync(2, `${String(error)}\n`);
          process.exit(1);
        },
      );
  });
} else {
  watch(workerData as { timeoutMs: number; memoryBytes: number });
  parentPort?.postMessage('watching');
}

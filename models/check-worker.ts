/**
 * The disposable process of `checkPackage`: node check-worker.ts PACKAGE TIMEOUT_MS MEMORY_BYTES.
 * Says on stdout, line by line, what it begins and what it found. A thread of its own watches memory and time and kills the
 * whole process: it runs while the main thread is stuck inside the runtime, and on every platform.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Failed, type Failure } from '../contract/failure.ts';
import type { WorkerMessage } from './check-package.ts';
import { loadModel } from './load-model.ts';
import { openPackage } from './open-package.ts';
import { packageFailure, whatIsWrong } from './package-failure.ts';
import { checkStatically } from './static-checks.ts';

const WATCH_EVERY_MS = 20;
/** The parent kills first; this is for a parent that died. */
const GRACE_MS = 2000;

/** Synchronous, so that nothing said is lost when the process is killed. */
function say(message: WorkerMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

function watch({ timeoutMs, memoryBytes }: { timeoutMs: number; memoryBytes: number }): void {
  const started = performance.now();
  setInterval(() => {
    const isLate = performance.now() - started > timeoutMs + GRACE_MS;
    if (!isLate && process.memoryUsage.rss() <= memoryBytes) return;
    say({ exceeded: isLate ? 'time' : 'memory' });
    process.kill(process.pid, 'SIGKILL');
  }, WATCH_EVERY_MS);
}

async function check(path: string): Promise<void> {
  say({ begins: 'the package is opened' });
  const opened = await openPackage(path);
  if ('failure' in opened) {
    say({ check: { name: 'the package is opened', ok: false, detail: opened.failure.happened }, failure: opened.failure });
    return;
  }
  say({ begins: 'the graph is read' });
  let isSound = true;
  for (const { name, kind, problem } of checkStatically(opened).checks) {
    const failure =
      problem === null
        ? null
        : packageFailure(kind, 'model.onnx', problem, 'Export the model again as the message says, and pack it again.');
    say({ check: { name, ok: failure === null, detail: problem ?? 'yes' }, failure });
    isSound &&= failure === null;
  }
  if (isSound && (await runGolden(opened))) say({ done: { sha256: opened.artefact.sha256 } });
}

async function runGolden(opened: Parameters<typeof loadModel>[0]): Promise<boolean> {
  const name = 'golden rows come out the same, alone and in batches';
  say({ begins: name });
  try {
    const model = await loadModel(opened);
    say({ check: { name, ok: true, detail: `${opened.golden.rows.length} rows within ${opened.golden.tolerance}` }, failure: null });
    const exact =
      model.form.kind === 'opaque' ? 'by sampling: neither trees nor a linear sum was recognised' : `exactly, as ${model.form.kind}`;
    say({ check: { name: 'decisions can be explained', ok: true, detail: exact }, failure: null });
    await model.close();
    return true;
  } catch (error) {
    const failure: Failure =
      error instanceof Failed
        ? error.failure
        : packageFailure('model-check-failed', 'model.onnx', String(error).slice(0, 500), 'Do not use this model.');
    say({ check: { name, ok: false, detail: whatIsWrong(failure) }, failure });
    return false;
  }
}

if (isMainThread) {
  const [path = '', timeoutMs, memoryBytes] = process.argv.slice(2);
  const limits = { timeoutMs: Number(timeoutMs), memoryBytes: Number(memoryBytes) };
  const watcher = new Worker(fileURLToPath(import.meta.url), { workerData: limits });
  watcher.once('online', () => {
    check(path).then(
      () => process.exit(0),
      (error: unknown) => {
        writeSync(2, `${String(error)}\n`);
        process.exit(1);
      },
    );
  });
} else watch(workerData as { timeoutMs: number; memoryBytes: number });

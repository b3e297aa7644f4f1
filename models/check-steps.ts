/** What the disposable process of `checkPackage` looks at, step by step. Loaded there alone, and only once its watcher is awake. */
import { Failed, type Failure } from '../contract/failure.ts';
import type { WorkerMessage } from './check-package.ts';
import { loadModel } from './load-model.ts';
import { openPackage } from './open-package.ts';
import { packageFailure, printable, whatIsWrong } from './package-failure.ts';
import { checkStatically } from './static-checks.ts';

type Say = (message: WorkerMessage) => void;

export async function check(path: string, say: Say): Promise<void> {
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
    say({ check: { name, ok: failure === null, detail: problem === null ? 'yes' : printable(problem) }, failure });
    isSound &&= failure === null;
  }
  if (isSound && (await runGolden(opened, say))) say({ done: { sha256: opened.artefact.sha256 } });
}

async function runGolden(opened: Parameters<typeof loadModel>[0], say: Say): Promise<boolean> {
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

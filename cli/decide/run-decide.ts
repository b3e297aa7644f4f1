/** `outpost decide`: files in, decisions into the log, rows out. */
import { extname } from 'node:path';
import { decideFile } from '../../branch/decide-file.ts';
import { logRoot } from '../../branch/log-root.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { Failed } from '../../contract/failure.ts';
import { atWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { OutputClosed, printJson, say, sayFailure } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';
import { BatchSummary } from './batch-summary.ts';
import { QuarantineFile } from './write-quarantine.ts';
import { openRowWriter, type RowWriter } from './write-rows.ts';

interface Options extends WorkOptions {
  product: string;
  out?: string;
  json?: true;
}

interface Batch {
  branch: Branch;
  product: string;
  rows: RowWriter;
  quarantine: QuarantineFile;
  summary: BatchSummary;
  progress: ProgressBar;
  interrupted: () => boolean;
}

export async function runDecide(files: readonly string[], options: Options): Promise<ExitCode> {
  const out = options.out ?? null;
  const json = out === null ? options.json === true : isJsonLines(out);
  return await atWork(options, ['decide'], async (branch) => await runBatch(branch, files, options, json));
}

async function runBatch(branch: Branch, files: readonly string[], options: Options, json: boolean): Promise<ExitCode> {
  const out = options.out ?? null;
  let signalled = false;
  const onSignal = () => {
    signalled = true;
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const summary = new BatchSummary();
  const quarantine = new QuarantineFile(out, options.data);
  const progress = new ProgressBar();
  try {
    const rows = openRowWriter(out, json);
    try {
      const batch: Batch = { branch, product: options.product, rows, quarantine, summary, progress, interrupted: () => signalled };
      return await decideAll(batch, files, out !== null && options.json === true);
    } finally {
      rows.close();
      quarantine.close();
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** A file that is refused does not keep the others from being decided; what stops the branch itself stops the batch. */
async function decideAll(batch: Batch, files: readonly string[], printSummary: boolean): Promise<ExitCode> {
  const { branch, summary, quarantine, progress } = batch;
  let code: ExitCode = EXIT.done;
  for (const file of files) {
    try {
      await decideOne(batch, file);
    } catch (error) {
      progress.clear();
      if (error instanceof OutputClosed) say('The reader of the rows has gone; no more is decided.');
      else if (error instanceof Failed) sayFailure(error.failure);
      else throw error;
      if (error instanceof OutputClosed) break;
      code = Math.max(code, exitCodeOf(error.failure.kind)) as ExitCode;
      if (!isAboutTheFile(error)) break;
    }
    if (batch.interrupted()) break;
  }
  progress.clear();
  summary.end();
  const log = logRoot(branch);
  for (const line of summary.lines(quarantine.path, log)) say(line);
  if (printSummary)
    printJson({ ...summary.counts(), quarantineFile: summary.bad > 0 ? quarantine.path : null, logSize: log.size, root: log.root });
  if (batch.interrupted()) {
    say('Interrupted. What is counted above is stored; run the same command again with another --out to go on.');
    return EXIT.interrupted;
  }
  return code === EXIT.done && summary.bad > 0 ? EXIT.found : code;
}

async function decideOne({ branch, product, rows, quarantine, summary, progress, interrupted }: Batch, path: string): Promise<void> {
  const file = await decideFile(branch, path, product);
  for (const notice of file.notices) say(`${path}: ${notice}`);
  for await (const group of file.groups) {
    // Counted first: the group is stored, whatever becomes of its rows on the way out.
    summary.add(group);
    rows.write(path, group.decided);
    quarantine.write(path, group.bad);
    const line = Math.max(group.decided.at(-1)?.line ?? 0, group.bad.at(-1)?.line ?? 0);
    progress.show(line / Math.max(1, file.lines), `${summary.decided} decided, ${summary.bad} set aside`);
    if (interrupted()) return;
  }
}

function isAboutTheFile({ failure }: Failed): boolean {
  return failure.kind === 'file-unreadable' || failure.kind === 'file-malformed';
}

function isJsonLines(out: string): boolean {
  const ending = extname(out).toLowerCase();
  if (ending === '.csv') return false;
  if (ending === '.jsonl' || ending === '.ndjson') return true;
  throw new Failed({
    kind: 'usage',
    happened: `${out} ends neither in .csv nor in .jsonl.`,
    safe: 'Nothing was decided.',
    next: 'Name the file so that its ending says how rows are written.',
    facts: { path: out },
  });
}

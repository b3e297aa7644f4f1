/**
 * Everything that must hold before a model may decide on this PC. The graph is only read and run in a process of its own that is
 * killed when it takes too long or too much memory: the runtime blocks its thread, and a thread in it cannot be stopped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../contract/application.ts';
import type { Failure } from '../contract/failure.ts';
import type { FeatureValue, ModelManifest } from '../contract/model-package.ts';
import { type OpenedPackage, openPackage } from './open-package.ts';
import { packageFailure, whatIsWrong } from './package-failure.ts';

interface PackageCheck {
  name: string;
  ok: boolean;
  /** What was found; where it failed, what is wrong and where. */
  detail: string;
}

export interface PackageReport {
  ok: boolean;
  checks: PackageCheck[];
  /** The first thing that failed; null when all is well. */
  failure: Failure | null;
  /** The very bytes that were checked; null when the package did not open. */
  opened: OpenedPackage | null;
  /** The most memory that the process which ran it ever had resident; null where none was started, or it died before it could say. */
  peakBytes: number | null;
}

/** What `prepareFeatures` of the decision room makes of a manifest and a product. */
type FeatureFit = { build(answers: Readonly<Record<string, Answer>>): { values: FeatureValue[] } } | { failure: Failure };

export interface CheckOptions {
  /** The manifest's mapping against the product that is to be decided on; null when there is no product to compare with. */
  prepareFeatures: ((manifest: ModelManifest) => FeatureFit) | null;
  /** Wall-clock limit for reading the graph and running it. */
  timeoutMs: number;
  /** Limit of the process's resident memory. */
  memoryBytes: number;
}

/** What the process says, one JSON object per line. */
export type WorkerMessage =
  | { begins: string }
  | { check: PackageCheck; failure: Failure | null }
  | { exceeded: 'memory' | 'time' }
  | { peakBytes: number }
  | { done: { sha256: string } };

/** More than any honest report; a process that says more is stopped. */
const MAX_OUTPUT = 1_000_000;

/** Never throws for a bad package: the report says what is wrong with it. */
export async function checkPackage(path: string, { prepareFeatures, timeoutMs, memoryBytes }: CheckOptions): Promise<PackageReport> {
  const opened = await openPackage(path);
  const report: PackageReport = { ok: false, checks: [], failure: null, opened: null, peakBytes: null };
  const add = ({ name, detail, failure }: Finding) => {
    report.checks.push({
      name,
      ok: failure === null,
      detail: failure === null ? detail : whatIsWrong(failure),
    });
    report.failure ??= failure;
  };
  const files = 'files, hashes and schemas';
  if ('failure' in opened) {
    add({ name: files, detail: '', failure: opened.failure });
    return report;
  }
  report.opened = opened;
  add({ name: files, detail: `${opened.files.size} files, package digest ${opened.artefact.sha256}`, failure: null });
  for (const finding of prepareFeatures === null ? [] : fitFindings(opened, prepareFeatures(opened.manifest))) add(finding);
  const { messages, outcome } = await runWorker(path, timeoutMs, memoryBytes);
  for (const message of messages)
    if ('check' in message) {
      report.checks.push(message.check);
      report.failure ??= message.failure;
    } else if ('peakBytes' in message) report.peakBytes = message.peakBytes;
  const end = endOf(messages, outcome, opened, timeoutMs, memoryBytes);
  if (end !== null) add({ ...end, detail: '' });
  report.ok = report.failure === null;
  return report;
}

interface Finding {
  name: string;
  detail: string;
  failure: Failure | null;
}

function fitFindings(opened: OpenedPackage, fitted: FeatureFit): Finding[] {
  const name = 'features can be made from the form';
  if ('failure' in fitted) return [{ name, detail: '', failure: fitted.failure }];
  const { product, features } = opened.manifest;
  const detail = `${features.length} features of product ${product}; none protected or identifying`;
  return [{ name, detail, failure: null }, answersFinding(opened, fitted)];
}

/** Golden rows that were made from answers must be made from them here too. */
function answersFinding({ golden, manifest }: OpenedPackage, builder: Exclude<FeatureFit, { failure: Failure }>): Finding {
  const name = 'golden answers lead to the golden features';
  const answered = golden.rows.flatMap(({ answers, features }, index) => (answers === null ? [] : [{ answers, features, index }]));
  for (const { answers, features, index } of answered) {
    const { values } = builder.build(answers);
    const wrong = manifest.features.find((_, i) => !isSame(values[i] ?? null, features[i] ?? null));
    if (wrong === undefined) continue;
    const next = "Correct the feature's source in manifest.json, or make golden.json again.";
    const detail = `the answers do not lead to the value of feature ${wrong.name}`;
    return { name, detail, failure: packageFailure('model-check-failed', `golden.json: rows[${index}]`, detail, next) };
  }
  return { name, detail: `${answered.length} of ${golden.rows.length} rows have answers`, failure: null };
}

/** Numbers that two programs computed from the same answers; texts and missing values exactly. */
function isSame(a: FeatureValue, b: FeatureValue): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

type Outcome = 'ended' | 'time' | 'output';

function runWorker(path: string, timeoutMs: number, memoryBytes: number): Promise<{ messages: WorkerMessage[]; outcome: Outcome }> {
  // Under Electron the program's own binary is run as plain Node.
  const heap = Math.max(64, Math.floor(memoryBytes / 2 ** 20 / 2));
  // Beside this file as source, and beside the bundle that this file has become part of.
  const worker = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './check-worker.ts' : './check-worker.js', import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning', worker, path, String(timeoutMs), String(memoryBytes)],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' }, windowsHide: true },
  );
  return new Promise((resolve, reject) => {
    let text = '';
    let outcome: Outcome = 'ended';
    const stop = (why: Outcome) => {
      outcome = why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop('time'), timeoutMs);
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.length > MAX_OUTPUT) stop('output');
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', () => {
      clearTimeout(timer);
      resolve({ messages: readMessages(text), outcome });
    });
  });
}

/** Whole lines only: what a killed process had half-written is dropped. */
function readMessages(text: string): WorkerMessage[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => {
      const message = parsed(line);
      return typeof message === 'object' && message !== null ? [message as WorkerMessage] : [];
    });
}

/** A line that two threads wrote into each other, or that a model's own doing wrote, says nothing: what is not said is not passed. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** How the process ended, unless it ended well. */
function endOf(
  messages: WorkerMessage[],
  outcome: Outcome,
  opened: OpenedPackage,
  timeoutMs: number,
  memoryBytes: number,
): { name: string; failure: Failure } | null {
  const name = messages.reduce((last, message) => ('begins' in message ? message.begins : last), 'the process starts');
  const done = messages.find((message) => 'done' in message);
  const exceeded = messages.find((message) => 'exceeded' in message)?.exceeded;
  const failed = (kind: Failure['kind'], detail: string, next: string) => ({
    name,
    failure: packageFailure(kind, 'model.onnx', detail, next),
  });
  if (done !== undefined) {
    if (done.done.sha256 === opened.artefact.sha256) return null;
    return failed(
      'model-package-unsafe',
      'the package was changed while it was being checked',
      'Check it again where nobody else writes to it.',
    );
  }
  if (exceeded === 'memory')
    return failed(
      'model-hangs',
      `it took more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory and was stopped`,
      'Export a smaller model, or find the operator that makes it grow.',
    );
  if (outcome === 'time' || exceeded === 'time')
    return failed(
      'model-hangs',
      `it did not end within ${timeoutMs / 1000} s and was stopped`,
      'Do not use this model; look for a loop in its trees.',
    );
  if (messages.some((message) => 'check' in message && !message.check.ok)) return null;
  return failed(
    'model-check-failed',
    `the process that runs the model died while this was looked at: ${name}`,
    'Do not use this model: it crashes the runtime, or needs more memory than one may take.',
  );
}

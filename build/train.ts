/**
 * `npm run train`: trains the bundled models afresh and compares them with the committed ones; `-- --write` replaces those.
 * Exit 0 the same or written, 1 different or a test failed, 2 cannot run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { comparePackages, tolerances } from './compare-packages.ts';

const root = join(import.meta.dirname, '..');
const training = join(root, 'models', 'training');
const bundled = join(root, 'models', 'bundled');
const usage = `Usage: npm run train [-- --check | --write]

  --check   train into a temporary folder and compare with models/bundled (default)
  --write   train and replace the packages and policies in models/bundled

Exit 0: the same, or written. 1: different, or a test failed. 2: cannot run.`;
/** The checkout's own environment and Debian's interpreter come before whatever else is called python3. */
const candidates = [join(root, '.venv', 'bin', 'python3'), '/usr/bin/python3', 'python3', 'python'];
const install = `No Python with numpy, scikit-learn, xgboost and onnx was found (looked at ${candidates.join(', ')}).
On Debian or Ubuntu:   sudo apt-get install python3-xgboost python3-sklearn python3-onnx
Elsewhere:             python3 -m venv .venv && .venv/bin/pip install numpy scikit-learn xgboost onnx`;

function findPython(): string | null {
  const hasAll = (python: string) => spawnSync(python, ['-c', 'import numpy, sklearn, xgboost, onnx'], { stdio: 'ignore' }).status === 0;
  return candidates.find(hasAll) ?? null;
}

/** Runs Python in models/training with its messages on stderr. @returns whether it ended well */
function runPython(python: string, parameters: string[]): boolean {
  // -B: no __pycache__ beside the sources.
  const run = spawnSync(python, ['-B', ...parameters], { cwd: training, stdio: ['ignore', 'inherit', 'inherit'] });
  return run.status === 0;
}

/** Copies what was trained over what is committed; files that training no longer writes go. */
function replace(fresh: string): void {
  for (const product of readdirSync(fresh)) {
    for (const kind of ['champion', 'challenger']) rmSync(join(bundled, product, kind), { recursive: true, force: true });
    cpSync(join(fresh, product), join(bundled, product), { recursive: true });
  }
  process.stdout.write(`Written to ${bundled}. Look at the model cards before you commit them.\n`);
}

function report(fresh: string): number {
  const { by, because, differences } = comparePackages(bundled, fresh);
  const how =
    by === 'bytes'
      ? 'Compared by bytes (SHA-256 of every file): the same versions made both.'
      : `Compared by figures, not by bytes: ${because}.\nTolerances: ${Object.entries(tolerances)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}.`;
  process.stdout.write(`${how}\n`);
  for (const difference of differences) process.stdout.write(`  different: ${difference}\n`);
  process.stdout.write(
    differences.length === 0
      ? 'The committed packages are what training makes.\n'
      : 'The committed packages are not what training makes.\n',
  );
  return differences.length === 0 ? 0 : 1;
}

function train(write: boolean): number {
  const python = findPython();
  if (python === null) {
    process.stderr.write(`${install}\n`);
    return 2;
  }
  if (!runPython(python, ['-m', 'unittest', 'discover', 'tests'])) return 1;
  const fresh = mkdtempSync(join(tmpdir(), 'outpost-train-'));
  try {
    if (!runPython(python, ['train.py', '--out', fresh])) return 2;
    if (!write) return report(fresh);
    replace(fresh);
    return 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function main(): number {
  try {
    const { values } = parseArgs({
      options: { check: { type: 'boolean' }, write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    if (values.check && values.write) throw new TypeError('--check and --write exclude each other');
    return train(values.write ?? false);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    return 2;
  }
}

process.exitCode = main();

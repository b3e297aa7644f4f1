/** A data folder as a branch has it, and applications that nobody has decided yet. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Branch, openBranch } from '../../branch/open-branch.ts';
import { ROOT } from '../../build/root.ts';
import type { Application } from '../../contract/application.ts';

export const PRODUCT = 'instalment-loan';
export const BUNDLED_DIR = join(ROOT, 'models', 'bundled');
export const TRAINING_DATA = join(ROOT, 'models', 'training', 'data', 'credit_data.csv');
export const PROCESSES = fileURLToPath(new URL('processes/', import.meta.url));

/**
 * Opens the folder as the service does; its key lies open beside it. The first time takes seconds: every bundled package is checked.
 * @param bundledDir to be given in a bundle, which lies elsewhere
 */
export async function openOffice(dataDir: string, bundledDir: string = BUNDLED_DIR): Promise<Branch> {
  const branch = await openBranch({
    dataDir,
    bundledDir,
    actor: 'bench',
    role: 'officer',
    clock: { now: () => Date.now(), mono: () => Math.round(performance.now()) },
    protection: { wrap: 'none' },
    openers: { passphrase: null, keyStore: null },
  });
  if ('failure' in branch) throw new Error(branch.failure.happened);
  return branch;
}

/** Columns that are moved a little, and by how much of their value. */
const JITTER: Record<string, number> = { Expenses: 0.1, Income: 0.1, Assets: 0.1, Debt: 0.1, Amount: 0.05, Price: 0.05 };

/** mulberry32: the same applications in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Writes `count` applications: the rows of credit_data over and over, each moved a little, so that hardly one is met twice. */
export function writeApplications(path: string, count: number, seed: number): void {
  const [header, ...lines] = readFileSync(TRAINING_DATA, 'utf8').trim().split(/\r?\n/);
  const random = randomFrom(seed);
  const names = header!.split(',');
  const shares = names.map((name) => JITTER[name] ?? 0);
  const rows = Array.from({ length: count }, (_, i) =>
    lines[i % lines.length]!.split(',')
      .map((cell, column) => jitter(cell, shares[column]!, random))
      .join(','),
  );
  writeFileSync(path, `${[header, ...rows].join('\n')}\n`);
}

function jitter(cell: string, share: number, random: () => number): string {
  if (share === 0 || cell === '' || !Number.isInteger(Number(cell))) return cell;
  return String(Math.round(Number(cell) * (1 + share * (2 * random() - 1))));
}

/** As many fresh applications as asked for, read as `outpost decide` reads them. */
export async function freshApplications(branch: Branch, path: string, count: number, seed: number): Promise<Application[]> {
  // Every data folder of a run has its own rows, and a few of credit_data's are refused.
  writeApplications(path, Math.ceil(count * 1.05) + 50, seed);
  const { product } = await branch.ready(PRODUCT);
  // Not at the top: the service, whose start is measured through this file, reads no files of applications.
  const { readApplications } = await import('../../branch/read-applications/read-applications.ts');
  const file = await readApplications(path, product.definition);
  const applications: Application[] = [];
  for await (const group of file.groups) applications.push(...group.rows.map(({ application }) => application));
  const valid = applications.slice(0, count);
  if (valid.length < count) throw new Error(`only ${valid.length} applications of ${count}`);
  return valid;
}

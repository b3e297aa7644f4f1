/** Compares freshly trained packages and policies with the committed ones: by bytes where the same tools made both, else by their figures. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelManifest } from '../contract/model-package.ts';
import { policy } from '../contract/policy.ts';

/** What other versions of the libraries may change without being another model. */
export const tolerances = {
  auc: 0.01,
  gini: 0.02,
  ks: 0.04,
  brier: 0.004,
  log_loss: 0.01,
  calibration_slope: 0.15,
  mean_pd: 0.01,
} as const;
/** Points by which a cutoff may move. */
const cutoffTolerance = 8;

export interface Comparison {
  /** `bytes`: every file's SHA-256; `figures`: metrics of the manifests and cutoffs of the policies. */
  by: 'bytes' | 'figures';
  /** Why not by bytes; null where it was. */
  because: string | null;
  /** Each difference in a sentence; empty = the same. */
  differences: string[];
}

const generated = ['policy.json', 'champion', 'challenger'];
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/**
 * @param committed folder with one folder per product; @param fresh the same, just trained
 * @returns every difference, and which comparison was made
 * @throws where `fresh` is not what training writes
 */
export function comparePackages(committed: string, fresh: string): Comparison {
  const products = readdirSync(fresh).sort();
  const packages = products.flatMap((product) => ['champion', 'challenger'].map((kind) => join(product, kind)));
  const because = packages.map((name) => otherTools(join(committed, name), join(fresh, name))).find((cause) => cause !== null) ?? null;
  if (because === null)
    return { by: 'bytes', because, differences: products.flatMap((product) => differentFiles(product, committed, fresh)) };
  const figures = packages.flatMap((name) => differentFigures(name, committed, fresh));
  return {
    by: 'figures',
    because,
    differences: [...figures, ...products.flatMap((product) => differentCutoffs(product, committed, fresh))],
  };
}

/** Why bytes cannot be expected to be equal, or null. */
function otherTools(committed: string, fresh: string): string | null {
  if (!existsSync(join(committed, 'training.json'))) return 'no training record is committed';
  const before = versionsIn(committed);
  const now = versionsIn(fresh);
  const changed = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name]);
  return changed.length === 0
    ? null
    : changed.map((name) => `${name} is ${now[name] ?? 'not named'}, was ${before[name] ?? 'not named'}`).join(', ');
}

function versionsIn(folder: string): Record<string, string> {
  const record = readJson(join(folder, 'training.json')) as { versions: Record<string, string> };
  return record.versions;
}

function filesOf(root: string): string[] {
  return generated.flatMap((name) => {
    const path = join(root, name);
    if (!existsSync(path)) return [];
    return name.endsWith('.json') ? [name] : readdirSync(path).map((file) => join(name, file));
  });
}

function differentFiles(product: string, committed: string, fresh: string): string[] {
  const [before, now] = [join(committed, product), join(fresh, product)];
  return [...new Set([...filesOf(before), ...filesOf(now)])].sort().flatMap((file) => {
    const name = join(product, file);
    if (!existsSync(join(before, file))) return [`${name} is trained but not committed`];
    if (!existsSync(join(now, file))) return [`${name} is committed but training does not write it`];
    return digestOf(join(before, file)) === digestOf(join(now, file)) ? [] : [`${name} has other bytes`];
  });
}

function differentFigures(name: string, committed: string, fresh: string): string[] {
  const path = join(committed, name, 'manifest.json');
  if (!existsSync(path)) return [`${name} is trained but not committed`];
  const before = modelManifest.parse(readJson(path)).metrics;
  const now = modelManifest.parse(readJson(join(fresh, name, 'manifest.json'))).metrics;
  return Object.entries(tolerances).flatMap(([metric, tolerance]) => {
    const [old, found] = [before[metric]?.value, now[metric]?.value];
    if (old === undefined || found === undefined) return [`${name}: ${metric} is missing`];
    return Math.abs(found - old) <= tolerance ? [] : [`${name}: ${metric} is ${found}, was ${old} (tolerance ${tolerance})`];
  });
}

function differentCutoffs(product: string, committed: string, fresh: string): string[] {
  const path = join(committed, product, 'policy.json');
  if (!existsSync(path)) return [`${product}/policy.json is trained but not committed`];
  const before = policy.parse(readJson(path)).referBand;
  const now = policy.parse(readJson(join(fresh, product, 'policy.json'))).referBand;
  return (['low', 'high'] as const)
    .filter((end) => Math.abs(now[end] - before[end]) > cutoffTolerance)
    .map((end) => `${product}: the refer band's ${end} end is ${now[end]}, was ${before[end]} (tolerance ${cutoffTolerance} points)`);
}

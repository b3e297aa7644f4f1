/** A first use: the products that came with the program are checked on this PC, kept in the data folder and activated in the log. */

import type { Artefact } from '../contract/entry-base.ts';
import { Failed } from '../contract/failure.ts';
import type { UnstampedEntry } from '../contract/log-entry.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { listActive } from '../db/active.ts';
import { prepareFeatures } from '../decision/features.ts';
import { preparePolicy } from '../decision/policy/prepare.ts';
import type { OpenedPackage } from '../models/open-package.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';
import { type BundledProduct, bundledProducts, readBundled } from './artefacts/read-bundle.ts';
import { CHECK_LIMITS } from './check-limits.ts';
import { appendEntries } from './log/append-entries.ts';
import type { BranchLog } from './log/branch-log.ts';

/**
 * Activates every bundled product that this log has never had. All of a product's entries are one transaction: after a crash half-way
 * the next start begins that product anew.
 * @throws Failed when a bundled artefact does not pass its checks
 */
export async function activateBundle(log: BranchLog, store: ArtefactStore, bundledDir: string): Promise<void> {
  const known = new Set(listActive(log.db).map(({ product }) => product));
  const missing = bundledProducts(bundledDir).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  await store.removeUnfinished();
  for (const name of missing) {
    const bundled = await readBundled(bundledDir, name);
    const models = bundled.challenger === null ? [bundled.champion] : [bundled.champion, bundled.challenger];
    const definition = bundled.product.loaded.definition;
    checkPolicy(bundled, definition);
    await Promise.all(models.map((model) => checkModel(model, definition)));
    for (const model of models) await store.keepModel(model);
    await store.keepFile('products', bundled.product.loaded.artefact, bundled.product.bytes);
    await store.keepFile('policies', bundled.policy.loaded.artefact, bundled.policy.bytes);
    appendEntries(
      log,
      activationsOf(bundled).map((entry) => ({ entry })),
    );
  }
}

/** In a disposable process: a package that hangs or eats memory takes only that process with it. */
async function checkModel(model: OpenedPackage, product: ProductDefinition): Promise<void> {
  const { checkPackage } = await import('../models/check-package.ts');
  const report = await checkPackage(model.path, {
    prepareFeatures: (manifest) => prepareFeatures(manifest, product),
    ...CHECK_LIMITS,
  });
  if (report.failure !== null) throw new Failed(report.failure);
  if (report.opened?.artefact.sha256 !== model.artefact.sha256) throw new Error(`${model.path} changed while it was checked`);
}

function checkPolicy({ policy }: BundledProduct, product: ProductDefinition): void {
  const { findings } = preparePolicy(policy.loaded, product);
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  throw new Failed({
    kind: 'policy-malformed',
    happened: `The policy ${policy.loaded.policy.name} has ${errors.length} errors: ${errors[0]?.message ?? ''}`,
    safe: 'It was not activated.',
    next: 'Look at all findings with `outpost policy check`.',
    facts: { policy: policy.loaded.policy.name, errors: errors.length },
  });
}

function activationsOf({ product, policy, champion, challenger }: BundledProduct): UnstampedEntry[] {
  const name = product.loaded.definition.product;
  const entry = (
    type: 'model-activated' | 'policy-activated' | 'product-activated',
    artefact: Artefact,
    alias: 'champion' | 'challenger' | null,
  ): UnstampedEntry => ({ type, actor: 'system', role: 'system', product: name, artefact, alias, previous: null });
  return [
    entry('product-activated', product.loaded.artefact, null),
    entry('policy-activated', policy.loaded.artefact, null),
    entry('model-activated', champion.artefact, 'champion'),
    ...(challenger === null ? [] : [entry('model-activated', challenger.artefact, 'challenger')]),
  ];
}

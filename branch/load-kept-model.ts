/** A package of the data folder as a model that scores: in full the first time under this program, then by the plan that was kept of it. */
import { Failed } from '../contract/failure.ts';
import type { Writer } from '../db/handle.ts';
import type { ClosableModel } from '../models/closable-model.ts';
import { readPlan, writePlan } from '../models/load-plan.ts';
import { loadPlanned } from '../models/load-planned.ts';
import type { OpenedPackage } from '../models/open-package.ts';
import { findingOf, keepFinding } from './keep-finding.ts';

/** The plan that was kept of a package, as a text for `readPlan`; null when there is none. */
export function keptPlan(writer: Writer, sha256: string): string | null {
  return findingOf(writer, `model.plan.${sha256}`);
}

/**
 * The plan is kept under the digest that pins the package's bytes. Hashes and golden rows are checked at every load; static checks, batches and form once per version.
 * @throws Failed (`model-package-malformed`, `model-package-unsafe`, `model-does-not-fit`, `model-check-failed`)
 */
export async function loadKeptModel(writer: Writer, opened: OpenedPackage): Promise<ClosableModel> {
  const key = `model.plan.${opened.artefact.sha256}` as const;
  const kept = findingOf(writer, key);
  if (kept !== null) {
    try {
      return await loadPlanned(opened, readPlan(kept));
    } catch (error) {
      // Whatever is wrong, the full load finds it again and says it better; where it is the plan, it makes another.
      if (!(error instanceof Failed)) throw error;
    }
  }
  // Reading graphs takes a library of its own, which most starts do without.
  const { loadModel } = await import('../models/load-model.ts');
  const model = await loadModel(opened);
  if (model.plan !== null) keepFinding(writer, key, writePlan(model.plan));
  return model;
}

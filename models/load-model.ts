/** An opened package → a model that scores. Only for packages that passed `checkPackage` on this PC: a hostile graph can hang. */
import type { FeatureRow, Scorer } from '../decision/ports.ts';
import { type ClosableModel, checkFailed, closableModel, requireGolden } from './closable-model.ts';
import { createScorer } from './create-scorer.ts';
import type { LoadPlan } from './load-plan.ts';
import { recogniseForm } from './model-form.ts';
import type { OpenedPackage } from './open-package.ts';
import { openSession } from './open-session.ts';
import { describeSession } from './session-shape.ts';
import { requireSound } from './static-checks.ts';
import { compareBatches } from './verify-batches.ts';

/** Rows that batches and forms are compared on. */
const SAMPLE = 256;

/**
 * Repeats the static checks, then makes a session, reproduces the golden rows and recognises the model's form for explaining.
 * @returns the model, with the plan by which `loadPlanned` loads these bytes again; null where the file itself is not what is run
 * @throws Failed (`model-package-malformed`, `model-package-unsafe`, `model-does-not-fit`, `model-check-failed`)
 */
export async function loadModel(opened: OpenedPackage): Promise<ClosableModel & { plan: LoadPlan | null }> {
  const { manifest, background, golden } = opened;
  const { graph } = requireSound(opened);
  const { runnable, shape } = describeSession(opened.model, graph, manifest.output.name);
  const session = await openSession(runnable, shape, manifest);
  try {
    const { feeder, run } = session;
    const sample: FeatureRow[] = [...golden.rows.map((row) => row.features), ...background.rows].slice(0, SAMPLE);
    const rowByRow =
      session.takesOneRow || !(await toleratesBatches((onBrokenRun) => createScorer(manifest, feeder, run, false, onBrokenRun), sample));
    const scorer = createScorer(manifest, feeder, run, rowByRow);
    await requireGolden(opened, scorer);
    const form = await recogniseForm(graph, manifest, sample, scorer);
    return { ...closableModel(opened, scorer, form, session), plan: runnable === opened.model ? { shape, rowByRow, form } : null };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * A graph that grows with the square of its rows may fail to get its memory for a thousand of them and take all there is for a few hundred: where the
 * largest batch cannot be run, none is.
 * @returns whether rows may be scored together
 * @throws Failed when a row's answer depends on the other rows beyond rounding
 */
async function toleratesBatches(make: (onBrokenRun: () => void) => Scorer, sample: readonly FeatureRow[]): Promise<boolean> {
  let isBroken = false;
  const scorer = make(() => {
    isBroken = true;
  });
  const effect = await compareBatches(scorer, sample);
  if (effect === 'different')
    throw checkFailed(
      'model.onnx',
      "a row's answer depends on the other rows of its batch",
      'Remove what compares rows with one another (a mean over the batch, say) and export the model again.',
    );
  return effect === 'same' && !isBroken;
}

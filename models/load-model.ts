/** An opened package → a model that scores. Only for packages that passed `checkPackage` on this PC: a hostile graph can hang. */
import { Failed } from '../contract/failure.ts';
import type { FeatureRow, LoadedModel, Scorer } from '../decision/ports.ts';
import { createScorer } from './create-scorer.ts';
import { recogniseForm } from './model-form.ts';
import type { OpenedPackage } from './open-package.ts';
import { openSession } from './open-session.ts';
import { packageFailure } from './package-failure.ts';
import { requireSound } from './static-checks.ts';
import { compareBatches } from './verify-batches.ts';

export type ClosableModel = LoadedModel & {
  /** Gives the session's memory back. Scoring afterwards rejects. */
  close(): Promise<void>;
};

/** Rows that batches and forms are compared on. */
const SAMPLE = 256;

/**
 * Repeats the static checks, then makes a session, reproduces the golden rows and recognises the model's form for explaining.
 * @throws Failed (`model-package-malformed`, `model-package-unsafe`, `model-does-not-fit`, `model-check-failed`)
 */
export async function loadModel(opened: OpenedPackage): Promise<ClosableModel> {
  const { manifest, background, golden, artefact } = opened;
  const { graph } = requireSound(opened);
  const session = await openSession(opened.model, graph, manifest, manifest.output.name);
  try {
    const { feeder, run } = session;
    const sample: FeatureRow[] = [...golden.rows.map((row) => row.features), ...background.rows].slice(0, SAMPLE);
    const rowByRow = session.takesOneRow || !(await toleratesBatches(createScorer(manifest, feeder, run, false), sample));
    const scorer = createScorer(manifest, feeder, run, rowByRow);
    await requireGolden(opened, scorer);
    let isClosed = false;
    return {
      artefact,
      manifest,
      background,
      form: await recogniseForm(graph, manifest, sample, scorer),
      scorer: { score: (rows) => (isClosed ? Promise.reject(new Error('this model was closed')) : scorer.score(rows)) },
      close: async () => {
        isClosed = true;
        await session.release();
      },
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * @returns whether rows may be scored together
 * @throws Failed when a row's answer depends on the other rows beyond rounding
 */
async function toleratesBatches(scorer: Scorer, sample: readonly FeatureRow[]): Promise<boolean> {
  const effect = await compareBatches(scorer, sample);
  if (effect === 'different')
    throw checkFailed(
      'model.onnx',
      "a row's answer depends on the other rows of its batch",
      'Remove what compares rows with one another (a mean over the batch, say) and export the model again.',
    );
  return effect === 'same';
}

/** Golden rows are made by the data scientist's own program: another answer here means that this PC computes something else. */
async function requireGolden({ golden }: OpenedPackage, scorer: Scorer): Promise<void> {
  const scored = await scorer.score(golden.rows.map((row) => row.features));
  scored.forEach((result, index) => {
    const wrong = 'failed' in result ? result.failed : differenceBeyond(result.pd, golden.rows[index]!.pd, golden.tolerance);
    if (wrong !== null)
      throw checkFailed(
        `golden.json: rows[${index}]`,
        wrong,
        'Compare the manifest (feature order, output, bad class, calibration) with the training program, then pack it again.',
      );
  });
}

function checkFailed(place: string, detail: string, next: string): Failed {
  return new Failed(packageFailure('model-check-failed', place, detail, next));
}

function differenceBeyond(actual: number, expected: number, tolerance: number): string | null {
  if (Math.abs(actual - expected) <= tolerance) return null;
  return `the model gives a PD of ${actual.toPrecision(9)} here, and the package expects ${expected.toPrecision(9)}`;
}

/** A session and a form, held to the package's golden rows: a model that scores. */
import { Failed } from '../contract/failure.ts';
import type { LoadedModel, ModelForm, Scorer } from '../decision/ports.ts';
import type { OpenedPackage } from './open-package.ts';
import type { OpenSession } from './open-session.ts';
import { packageFailure } from './package-failure.ts';

export type ClosableModel = LoadedModel & {
  /** Gives the session's memory back. Scoring afterwards rejects. */
  close(): Promise<void>;
};

export function closableModel(
  { artefact, manifest, background }: OpenedPackage,
  scorer: Scorer,
  form: ModelForm,
  { release }: OpenSession,
): ClosableModel {
  let isClosed = false;
  return {
    artefact,
    manifest,
    background,
    form,
    scorer: { score: (rows) => (isClosed ? Promise.reject(new Error('this model was closed')) : scorer.score(rows)) },
    close: async () => {
      isClosed = true;
      await release();
    },
  };
}

/**
 * Golden rows are made by the data scientist's own program: another answer here means that this PC computes something else.
 * @throws Failed `model-check-failed`
 */
export async function requireGolden({ golden }: OpenedPackage, scorer: Scorer): Promise<void> {
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

export function checkFailed(place: string, detail: string, next: string): Failed {
  return new Failed(packageFailure('model-check-failed', place, detail, next));
}

function differenceBeyond(actual: number, expected: number, tolerance: number): string | null {
  if (Math.abs(actual - expected) <= tolerance) return null;
  return `the model gives a PD of ${actual.toPrecision(9)} here, and the package expects ${expected.toPrecision(9)}`;
}

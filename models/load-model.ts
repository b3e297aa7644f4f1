/** An opened package → a model that scores. Only for packages that passed `checkPackage` on this PC: a hostile graph can hang. */
import { InferenceSession } from 'onnxruntime-node';
import { Failed } from '../contract/failure.ts';
import type { FeatureRow, LoadedModel, Scorer } from '../decision/ports.ts';
import { createScorer, type Run } from './create-scorer.ts';
import { createFeeder } from './feed-rows.ts';
import { graphInputs } from './graph/describe-graph.ts';
import { MAX_RUN_ROWS } from './limits.ts';
import { recogniseForm } from './model-form.ts';
import { dropZipMaps } from './onnx/drop-zipmap.ts';
import { readModel, writeModel } from './onnx/read-model.ts';
import type { OpenedPackage } from './open-package.ts';
import { malformed, packageFailure } from './package-failure.ts';
import { requireSound } from './static-checks.ts';
import { compareBatches } from './verify-batches.ts';

export type ClosableModel = LoadedModel & {
  /** Gives the session's memory back. Scoring afterwards rejects. */
  close(): Promise<void>;
};

/**
 * One thread and sequential execution: with two threads the last bits of some scores change from run to run, which breaks replay.
 * Severity 4 keeps the runtime's own messages, which may quote values, off stderr.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
};

/**
 * Repeats the static checks, then makes a session, reproduces the golden rows and recognises the model's form for explaining.
 * @throws Failed (`model-package-malformed`, `model-package-unsafe`, `model-does-not-fit`, `model-check-failed`)
 */
export async function loadModel(opened: OpenedPackage): Promise<ClosableModel> {
  const { manifest, background, golden, artefact } = opened;
  const model = requireSound(opened);
  const inputs = graphInputs(model.graph);
  const runnable = readModel(opened.model);
  const replaced = dropZipMaps(runnable.graph);
  const fetch = replaced.get(manifest.output.name) ?? manifest.output.name;
  const session = await createSession(replaced.size === 0 ? opened.model : writeModel(runnable));
  try {
    const feeder = createFeeder(
      manifest,
      MAX_RUN_ROWS,
      new Set(inputs.filter((input) => input.dims?.length === 1).map((input) => input.name)),
    );
    const run: Run = async (feeds) => (await session.run(feeds, [fetch]))[fetch];
    const sample: FeatureRow[] = [...golden.rows.map((row) => row.features), ...background.rows].slice(0, 256);
    const rowByRow =
      inputs.some((input) => input.dims?.[0] === 1) || !(await toleratesBatches(createScorer(manifest, feeder, run, false), sample));
    const scorer = createScorer(manifest, feeder, run, rowByRow);
    await requireGolden(opened, scorer);
    let isClosed = false;
    return {
      artefact,
      manifest,
      background,
      form: await recogniseForm(model.graph, manifest, sample, scorer),
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

async function createSession(bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, SESSION_OPTIONS);
  } catch (error) {
    throw malformed(
      'model.onnx',
      `the runtime does not take it (${error instanceof Error ? error.message.slice(0, 500) : 'no reason given'})`,
    );
  }
}

/** @returns whether rows may be scored together; @throws Failed when a row's answer depends on the other rows beyond rounding */
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

function checkFailed(place: string, detail: string, next: string): Failed {
  return new Failed(packageFailure('model-check-failed', place, detail, next));
}

/** Golden rows are made by the data scientist's own program: another answer here means that this PC computes something else. */
async function requireGolden({ golden }: OpenedPackage, scorer: Scorer): Promise<void> {
  const scored = await scorer.score(golden.rows.map((row) => row.features));
  scored.forEach((result, index) => {
    const expected = golden.rows[index]!.pd;
    const wrong = 'failed' in result ? result.failed : differenceBeyond(result.pd, expected, golden.tolerance);
    if (wrong !== null)
      throw checkFailed(
        `golden.json: rows[${index}]`,
        wrong,
        'Compare the manifest (feature order, output, bad class, calibration) with the training program, then pack it again.',
      );
  });
}

function differenceBeyond(actual: number, expected: number, tolerance: number): string | null {
  return Math.abs(actual - expected) <= tolerance
    ? null
    : `the model gives a PD of ${actual.toPrecision(9)} here, and the package expects ${expected.toPrecision(9)}`;
}

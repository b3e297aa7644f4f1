/**
 * `outpost model init`: a package draft from a bare ONNX file. What the graph says is read from it, what the product says is
 * matched by name, and what neither can say is asked. It never guesses which class is bad.
 */
import type { FeatureValue, ModelManifest } from '../../contract/model-package.ts';
import { openSession } from '../open-session.ts';
import { describeSession } from '../session-shape.ts';
import type { Draft, DraftOptions } from './draft.ts';
import { draftFeatures } from './draft-features.ts';
import { draftInputs } from './draft-inputs.ts';
import { chooseOutput, draftOutput } from './draft-output.ts';
import { headOf, tailOf } from './placeholders.ts';
import { readOnnx, readSoundGraph } from './read-onnx.ts';
import { runTrial } from './run-trial.ts';
import { prepareDirectory, writeFinishedDraft, writeOpenDraft } from './write-draft.ts';

/** @throws Failed (`file-unreadable`, `usage`, `model-package-malformed`, `model-package-unsafe`, `model-does-not-fit`, `model-check-failed`) */
export async function draftManifest(options: DraftOptions): Promise<Draft> {
  const bytes = await readOnnx(options.onnxPath);
  const graph = readSoundGraph(bytes);
  await prepareDirectory(options.outDirectory);
  const { inputs, questions } = draftInputs(graph, options.columns ?? null);
  const { features, characteristics, questions: unmapped } = draftFeatures(inputs, options.product, options.map ?? {});
  questions.push(...unmapped);
  const chosen = chooseOutput(graph, options.outputName ?? null);
  const canRun = inputs.every((input) => input.features.length > 0) && !questions.some((question) => question.option === 'columns');
  const manifest: Record<string, unknown> = { ...headOf(options), inputs, features, characteristics, output: null, ...tailOf(bytes) };
  if ('question' in chosen || !canRun) {
    if ('question' in chosen) questions.push(chosen.question);
    return writeOpenDraft(options, bytes, manifest, questions);
  }
  const { runnable, shape } = describeSession(bytes, graph, chosen.name);
  const session = await openSession(runnable, shape, { inputs, features: features as ModelManifest['features'] });
  try {
    const trialRows =
      options.rows ?? features.map((_, shift) => features.map((_f, index) => trialValue(inputs, features[index]!.name, index + shift)));
    const trial = await runTrial(session, trialRows.slice(0, 32));
    const { outputName = null, badClass = null, of = null } = options;
    const drafted = draftOutput(graph, chosen.name, chosen.isOneOfSeveral, trial, { outputName, badClass, of });
    manifest.output = drafted.output;
    questions.push(...drafted.questions);
    if (questions.length > 0) return writeOpenDraft(options, bytes, manifest, questions);
    return await writeFinishedDraft(options, bytes, manifest, session);
  } finally {
    await session.release();
  }
}

function trialValue(inputs: ModelManifest['inputs'], name: string, step: number): FeatureValue {
  return inputs.find((input) => input.features.includes(name))?.type === 'string' ? '' : step % 5;
}

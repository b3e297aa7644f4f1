/**
 * `outpost model init`: a package draft from a bare ONNX file. What the graph says is read from it, what the product says is
 * matched by name, and what neither can say is asked. It never guesses which class is bad.
 */
import type { Answer } from '../../contract/application.ts';
import type { Failure } from '../../contract/failure.ts';
import type { FeatureSource, FeatureValue, ModelManifest } from '../../contract/model-package.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import type { FeatureRow } from '../../decision/ports.ts';
import type { OpenedPackage } from '../open-package.ts';
import { openSession } from '../open-session.ts';
import { draftFeatures } from './draft-features.ts';
import { draftInputs } from './draft-inputs.ts';
import { chooseOutput, draftOutput } from './draft-output.ts';
import { headOf, tailOf } from './placeholders.ts';
import { readOnnx, readSoundGraph } from './read-onnx.ts';
import { runTrial } from './run-trial.ts';
import { prepareDirectory, writeFinishedDraft, writeOpenDraft } from './write-draft.ts';

export interface DraftOptions {
  onnxPath: string;
  product: ProductDefinition;
  /** Where the package goes: a new or empty directory, or that of an earlier draft. */
  outDirectory: string;
  /** Calendar date, ISO 8601: the draft's dates start here and are to be corrected. */
  today: string;
  /** The package's name; the product's own where none is given. */
  name?: string;
  /** Names of the columns of matrix inputs, in the graph's order. */
  columns?: readonly string[];
  /** Sources of columns that no name tells, by column name. */
  map?: Readonly<Record<string, FeatureSource>>;
  outputName?: string;
  badClass?: string;
  of?: 'bad' | 'good';
  /** Real rows in the order of the manifest's features, to be golden and background rows; example rows are made where none are given. */
  rows?: readonly FeatureRow[];
  /** `prepareFeatures` of the decision room: makes the example rows. */
  prepareFeatures: (
    manifest: ModelManifest,
    product: ProductDefinition,
  ) => { build(answers: Readonly<Record<string, Answer>>): { values: FeatureValue[] } } | { failure: Failure };
}

/** Something that neither the graph nor the product says. */
export interface OpenQuestion {
  /** The option of `draftManifest` that answers it. */
  option: 'columns' | 'map' | 'outputName' | 'badClass' | 'of' | 'onnxPath';
  question: string;
  /** Possible answers; empty where they cannot be listed. */
  choices: string[];
  /** The model's column that a `map` question is about. */
  column?: string;
}

export interface Draft {
  /** Still to be answered: while there are any, manifest.json has nulls in it and the package does not open. */
  questions: OpenQuestion[];
  /** What was filled in for want of knowledge and should be corrected by hand. */
  notes: string[];
  /** The finished draft as it opens; null while questions are open. */
  opened: OpenedPackage | null;
}

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
  const session = await openSession(bytes, graph, { inputs, features: features as ModelManifest['features'] }, chosen.name);
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

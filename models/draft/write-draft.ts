/** Puts a draft on disk: manifest last, so that a draft that was cut short does not look like one. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../../contract/application.ts';
import { Failed } from '../../contract/failure.ts';
import { type FeatureValue, type ModelManifest, modelManifest } from '../../contract/model-package.ts';
import { createScorer } from '../create-scorer.ts';
import { openPackage, sha256Of } from '../open-package.ts';
import type { OpenSession } from '../open-session.ts';
import { malformed, packageFailure } from '../package-failure.ts';
import type { Draft, DraftOptions, OpenQuestion } from './draft.ts';
import { exampleAnswers } from './example-answers.ts';

const WRITTEN = ['manifest.json', 'model.onnx', 'background.json', 'golden.json'];

/** A draft never writes over anything but a draft. */
export async function prepareDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const strangers = (await readdir(path)).filter((name) => !WRITTEN.includes(name));
  if (strangers.length > 0)
    throw new Failed({
      kind: 'usage',
      happened: `The directory ${path} holds other files (${strangers.slice(0, 3).join(', ')}).`,
      safe: 'Nothing was written.',
      next: 'Name a new directory for the draft.',
      facts: { path },
    });
}

/** The questions' places hold null, so that the draft does not open before they are answered. */
export async function writeOpenDraft(
  { outDirectory }: DraftOptions,
  bytes: Uint8Array,
  manifest: Record<string, unknown>,
  questions: OpenQuestion[],
): Promise<Draft> {
  await writeFile(join(outDirectory, 'model.onnx'), bytes);
  await writeFile(join(outDirectory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { questions, notes: [], opened: null };
}

/** Scores the golden rows and writes a package that opens. */
export async function writeFinishedDraft(
  options: DraftOptions,
  bytes: Uint8Array,
  drafted: Record<string, unknown>,
  session: OpenSession,
): Promise<Draft> {
  const parsed = modelManifest.safeParse(drafted);
  if (!parsed.success) throw malformed('the draft', parsed.error.issues.map((issue) => issue.message).join('; '));
  const manifest = parsed.data;
  const rows = exampleRows(options, manifest);
  const scored = await createScorer(manifest, session.feeder, session.run, true).score(rows.map((row) => row.features));
  const golden = rows.flatMap((row, index) => {
    const result = scored[index]!;
    return 'pd' in result ? [{ ...row, pd: result.pd }] : [];
  });
  const cause = scored.find((result) => 'failed' in result);
  if (golden.length === 0)
    throw new Failed(
      packageFailure(
        'model-check-failed',
        'the ONNX file',
        cause?.failed ?? 'no row was scored',
        'Give rows that the model can score, and check the output.',
      ),
    );
  const source = options.rows === undefined ? "made up from the product's ranges" : 'given to `outpost model init`';
  const background = {
    description: `Rows ${source}. Replace them by 32 to 100 rows at the cutoff.`,
    rows: golden.slice(0, 100).map((row) => row.features),
  };
  const files: Record<string, Uint8Array> = {
    'model.onnx': bytes,
    'background.json': encode(background),
    'golden.json': encode({ tolerance: 1e-6, rows: golden }),
  };
  const hashes = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha256Of(content)]));
  for (const [path, content] of Object.entries(files)) await writeFile(join(options.outDirectory, path), content);
  await writeFile(join(options.outDirectory, 'manifest.json'), encode({ ...manifest, files: hashes }));
  const opened = await openPackage(options.outDirectory);
  if ('failure' in opened) throw new Failed(opened.failure);
  return { questions: [], notes: notesOf(options, manifest, rows.length - golden.length), opened };
}

function exampleRows(
  options: DraftOptions,
  manifest: ModelManifest,
): { answers: Record<string, Answer> | null; features: FeatureValue[] }[] {
  if (options.rows !== undefined) return options.rows.map((row) => ({ answers: null, features: [...row] }));
  const built = options.prepareFeatures(manifest, options.product);
  if ('failure' in built) throw new Failed(built.failure);
  return exampleAnswers(options.product).map((answers) => ({ answers, features: built.build(answers).values }));
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}

function notesOf({ rows }: DraftOptions, { output, trainedOn, expiresOn }: ModelManifest, dropped: number): string[] {
  return [
    `Dates (${trainedOn} to ${expiresOn}), owner, description, limits and score scaling are placeholders.`,
    'Trained ranges and missing values are not known from a graph: every feature refuses missing values and has no range.',
    rows === undefined
      ? 'The golden rows are what this PC computes on made-up rows: put in rows and PDs of the training program instead.'
      : 'The PDs of the golden rows are what this PC computes: compare them with those of the training program.',
    output.scale === 'log-odds'
      ? `Output ${output.name} went outside 0 to 1 and is read as log-odds.`
      : `Output ${output.name} stayed within 0 to 1 and is read as a probability.`,
    ...(dropped > 0 ? [`${dropped} rows could not be scored and are not among the golden rows.`] : []),
  ];
}

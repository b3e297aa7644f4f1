/** Opening a model package: every file's hash, every schema, and what must agree between the files. Runs no model. */
import { createHash } from 'node:crypto';
import type { Artefact } from '../contract/entry-base.ts';
import { Failed, type Failure } from '../contract/failure.ts';
import type { BackgroundSample, driftBaseline, FeatureValue, GoldenRows, ModelManifest } from '../contract/model-package.ts';
import { MAX_JSON_BYTES, MAX_MODEL_BYTES } from './limits.ts';
import { malformed, unsafe } from './package-failure.ts';
import { type PackageFiles, readPackageFiles } from './read-package-files.ts';

type DriftBaseline = ReturnType<typeof driftBaseline.parse>;

/** A package whose bytes are what its manifest says. Its graph has not been looked at yet: see `checkGraph`. */
export interface OpenedPackage {
  /** Where it was read from, for messages. */
  path: string;
  /** Name and version from the manifest; `sha256` is the digest of manifest.json's bytes, which pins every other file. */
  artefact: Artefact;
  manifest: ModelManifest;
  background: BackgroundSample;
  golden: GoldenRows;
  /** null in a draft that has no training distributions. */
  baseline: DriftBaseline | null;
  /** Markdown; null where the package has none. */
  modelCard: string | null;
  /** Bytes of model.onnx. */
  model: Uint8Array;
  /** All files by path, for copying the package as it was verified. */
  files: PackageFiles;
}

/**
 * @param path a directory, or a `.zip` archive with manifest.json at its top
 * @param hasPassed whether the package of this digest passed here before, under this version of the program: then hashes are checked and
 * schemas are not
 * @returns the package, or why it is none (`file-unreadable`, `model-package-malformed`, `model-package-unsafe`)
 */
export async function openPackage(
  path: string,
  hasPassed: (sha256: string) => boolean = () => false,
): Promise<OpenedPackage | { failure: Failure }> {
  try {
    return await readOpened(path, await readPackageFiles(path), hasPassed);
  } catch (error) {
    if (error instanceof Failed) return { failure: error.failure };
    throw error;
  }
}

async function readOpened(path: string, files: PackageFiles, hasPassed: (sha256: string) => boolean): Promise<OpenedPackage> {
  const manifestBytes = files.get('manifest.json');
  if (manifestBytes === undefined) throw malformed('manifest.json', 'is missing at the top of the package');
  const sha256 = sha256Of(manifestBytes);
  // Bytes that passed before are only read: building the schemas would take longer than the rest of opening.
  const schemas = hasPassed(sha256) ? null : await import('../contract/model-package.ts');
  const manifest = readJson<ModelManifest>('manifest.json', manifestBytes, schemas?.modelManifest);
  checkFiles(manifest, files);
  const background = readJson<BackgroundSample>('background.json', needed(files, 'background.json'), schemas?.backgroundSample);
  const golden = readJson<GoldenRows>('golden.json', needed(files, 'golden.json'), schemas?.goldenRows);
  const baselineBytes = files.get('baseline.json');
  const baseline = baselineBytes === undefined ? null : readJson<DriftBaseline>('baseline.json', baselineBytes, schemas?.driftBaseline);
  if (schemas !== null) {
    checkRows('background.json', background.rows, manifest);
    checkRows(
      'golden.json',
      golden.rows.map((row) => row.features),
      manifest,
    );
  }
  const card = files.get('model-card.md');
  const model = needed(files, 'model.onnx');
  if (model.length > MAX_MODEL_BYTES) throw unsafe('model.onnx', `is larger than ${MAX_MODEL_BYTES} bytes`);
  return {
    path,
    artefact: { name: manifest.name, version: manifest.version, sha256 },
    manifest,
    background,
    golden,
    baseline,
    modelCard: card === undefined ? null : new TextDecoder().decode(card),
    model,
    files,
  };
}

/** Both ways: every listed file is there with its hash, and nothing is there that is not listed. */
function checkFiles(manifest: ModelManifest, files: PackageFiles): void {
  const listed = new Map(Object.entries(manifest.files));
  if (listed.has('manifest.json')) throw malformed('manifest.json', 'files lists manifest.json itself, whose hash it cannot hold');
  for (const path of files.keys())
    if (path !== 'manifest.json' && !listed.has(path)) throw unsafe(path, 'is in the package but not in the manifest');
  for (const [path, hash] of listed) {
    const actual = sha256Of(needed(files, path));
    if (actual !== hash) throw unsafe(path, `its SHA-256 is ${actual}, and the manifest says ${hash}`);
  }
}

function needed(files: PackageFiles, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) throw malformed(path, 'is missing in the package');
  return bytes;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The part of a zod schema that is needed here; the library itself belongs to the contract. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } };
}
interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

/** @param schema to be left out for bytes that passed it before */
function readJson<T>(place: string, bytes: Uint8Array, schema: Schema<T> | undefined): T {
  if (bytes.length > MAX_JSON_BYTES) throw unsafe(place, `is larger than ${MAX_JSON_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // Not the parser's whole message: it quotes the text, and golden rows may hold a person's answers.
    const position = error instanceof SyntaxError ? /position \d+/.exec(error.message)?.[0] : undefined;
    throw malformed(place, `is not JSON in UTF-8${position === undefined ? '' : `, at ${position}`}`);
  }
  const parsed = schema?.safeParse(value);
  if (parsed === undefined) return value as T;
  if (parsed.success) return parsed.data;
  const shown = parsed.error.issues.slice(0, 5).map((issue) => `${placeOf(issue.path)}${issue.message}`);
  const more = parsed.error.issues.length - shown.length;
  throw malformed(place, shown.join('; ') + (more > 0 ? `; and ${more} more` : ''));
}

function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  return `${path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')}: `;
}

/** Background and golden rows are fed to the graph: as many values as features, texts only where a text goes in. */
function checkRows(place: string, rows: readonly (readonly FeatureValue[])[], manifest: ModelManifest): void {
  const texts = new Set(manifest.inputs.filter((input) => input.type === 'string').flatMap((input) => input.features));
  rows.forEach((row, number) => {
    if (row.length !== manifest.features.length)
      throw malformed(place, `rows[${number}]: has ${row.length} values for ${manifest.features.length} features`);
    row.forEach((value, index) => {
      const name = manifest.features[index]?.name ?? '';
      if (value !== null && (typeof value === 'string') !== texts.has(name))
        throw malformed(place, `rows[${number}]: feature ${name} must be ${texts.has(name) ? 'a text' : 'a number'}`);
    });
  });
}

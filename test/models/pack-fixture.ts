/** Packages made from the ONNX files of `test/fixtures/models`, in a temporary directory that the test removes. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { FeatureValue, ModelInput, ModelManifest, ModelOutput } from '../../contract/model-package.ts';
import { type OpenedPackage, openPackage } from '../../models/open-package.ts';

const folder = new URL('../fixtures/models/', import.meta.url).pathname;

interface Fixture {
  features: string[];
  inputs: ModelInput[];
  output: ModelOutput;
  rows: FeatureValue[][];
  pd: number[];
  form?: 'trees' | 'linear' | 'opaque';
}

export const fixtures = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Fixture>;
export const soundFixtures = Object.keys(fixtures).filter((name) => !/^(hostile|caught)-/.test(name));

export function onnxBytes(name: string): Uint8Array {
  return readFileSync(join(folder, `${name}.onnx`));
}

const scratch = mkdtempSync(join(tmpdir(), 'outpost-models-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A fresh empty directory of this test file. */
export function scratchDirectory(): string {
  return mkdtempSync(join(scratch, 'd'));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface Changes {
  manifest?: Partial<ModelManifest> | undefined;
  golden?: unknown;
  onnx?: Uint8Array | undefined;
}

/** A sound manifest around the fixture; everything that a test wants otherwise comes in `changes`. */
export function manifestOf(name: string, changes: Partial<ModelManifest> = {}): ModelManifest {
  const fixture = fixtures[name]!;
  const label = { en: 'Age' };
  return {
    format: 'outpost-model/1',
    name: 'fixture',
    version: '1.0.0',
    product: 'test-loan',
    title: { en: 'Fixture' },
    description: 'A small model for tests.',
    owner: 'Tests',
    trainedOn: '2024-01-01',
    validatedOn: null,
    expiresOn: '2099-01-01',
    outcomeWindowMonths: 12,
    inputs: fixture.inputs,
    features: fixture.features.map((feature) => ({
      name: feature,
      source: { field: feature },
      characteristic: feature,
      mayBeMissing: fixture.rows.some((row) => row.includes(null)),
      trained: null,
      monotone: null,
    })),
    characteristics: fixture.features.map((id) => ({ id, label, reason: { code: id.toUpperCase(), text: label } })),
    output: fixture.output,
    calibration: null,
    scaling: { baseScore: 600, baseOdds: 20, pdo: 50 },
    trainingData: { description: 'made up', sha256: null, rows: 300, bads: 90 },
    metrics: {},
    limits: [],
    files: {},
    ...changes,
  };
}

/** @returns the path of a package directory */
export function packFixture(name: string, changes: Changes = {}): string {
  const fixture = fixtures[name]!;
  const directory = scratchDirectory();
  const rows = fixture.rows.length > 0 ? fixture.rows : Array.from({ length: 8 }, (_, i) => [20 + 5 * i, 1000 + 300 * i, 100 * i, i / 8]);
  const golden = changes.golden ?? {
    tolerance: 1e-6,
    rows: rows.map((features, i) => ({ answers: null, features, pd: fixture.pd[i] ?? 0.5 })),
  };
  const files: Record<string, string | Uint8Array> = {
    'model.onnx': changes.onnx ?? onnxBytes(name),
    'background.json': JSON.stringify({ description: 'first rows', rows: rows.slice(0, 8) }),
    'golden.json': JSON.stringify(golden),
  };
  writePackage(directory, files, manifestOf(name, changes.manifest));
  return directory;
}

export function writePackage(directory: string, files: Record<string, string | Uint8Array>, manifest: ModelManifest): void {
  mkdirSync(directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(directory, path), content);
  const hashes = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha256(content)]));
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ ...manifest, files: { ...hashes, ...manifest.files } }));
}

export async function openFixture(name: string, changes: Changes = {}): Promise<OpenedPackage> {
  const opened = await openPackage(packFixture(name, changes));
  if ('failure' in opened) throw new Error(opened.failure.happened);
  return opened;
}

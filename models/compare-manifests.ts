/** What two manifests say differently of their models, in words for the person who signs the new one off. */
import type { Characteristic, Feature, ModelManifest } from '../contract/model-package.ts';
import { sourceInWords } from './card/render-card.ts';

export interface ManifestChange {
  what: 'feature' | 'characteristic' | 'model';
  /** The feature's or characteristic's name; null for the model as a whole. */
  name: string | null;
  change: 'added' | 'removed' | 'changed';
  message: string;
}

type Part<T> = [what: string, of: (one: T) => unknown];

const WHOLE: Part<ModelManifest>[] = [
  ['the version', (m) => m.version],
  ['the day of training', (m) => m.trainedOn],
  ['the last day', (m) => m.expiresOn],
  ['the horizon in months', (m) => m.outcomeWindowMonths],
  ['the output', (m) => m.output],
  ['the calibration', (m) => m.calibration],
  ['the score', (m) => m.scaling],
  ['the training rows', (m) => m.trainingData.rows],
  ['the training file', (m) => m.trainingData.sha256],
];
const FEATURE: Part<Feature>[] = [
  ['is made from', (f) => sourceInWords(f.source)],
  ['counts to', (f) => f.characteristic],
  ['may be missing', (f) => f.mayBeMissing],
  ['seen in training', (f) => f.trained],
  ['PD moves', (f) => f.monotone ?? 'free'],
];
const CHARACTERISTIC: Part<Characteristic>[] = [
  ['reason code', (c) => c.reason.code],
  ['wording of the reason', (c) => c.reason.text],
];

export function compareManifests(before: ModelManifest, after: ModelManifest): ManifestChange[] {
  return [
    ...changesOf('model', null, WHOLE, before, after),
    ...compareLists('feature', FEATURE, new Map(before.features.map((f) => [f.name, f])), new Map(after.features.map((f) => [f.name, f]))),
    ...compareLists(
      'characteristic',
      CHARACTERISTIC,
      new Map(before.characteristics.map((c) => [c.id, c])),
      new Map(after.characteristics.map((c) => [c.id, c])),
    ),
  ];
}

function compareLists<T>(
  what: ManifestChange['what'],
  parts: readonly Part<T>[],
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): ManifestChange[] {
  const found: ManifestChange[] = [];
  for (const [name, one] of before) {
    const other = after.get(name);
    if (other === undefined) found.push({ what, name, change: 'removed', message: `The ${what} ${name} is gone.` });
    else found.push(...changesOf(what, name, parts, one, other));
  }
  for (const name of after.keys())
    if (!before.has(name)) found.push({ what, name, change: 'added', message: `The ${what} ${name} is new.` });
  return found;
}

function changesOf<T>(what: ManifestChange['what'], name: string | null, parts: readonly Part<T>[], before: T, after: T): ManifestChange[] {
  return parts.flatMap(([part, of]): ManifestChange[] => {
    const [a, b] = [shown(of(before)), shown(of(after))];
    if (a === b) return [];
    const subject = name === null ? part : `${name}: ${part}`;
    return [{ what, name, change: 'changed', message: `${subject} was ${a}, is ${b}.` }];
  });
}

function shown(value: unknown): string {
  return value === null ? 'not stated' : typeof value === 'string' ? value : JSON.stringify(value);
}

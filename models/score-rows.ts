/**
 * Scoring raw rows by the model's own column names, for comparison with the data scientist's own numbers: no form, no policy,
 * no log. Text cells are read strictly; what cannot be read fails that row and never becomes another number.
 */
import { Failed } from '../contract/failure.ts';
import type { FeatureValue, ModelManifest } from '../contract/model-package.ts';
import type { FeatureRow, LoadedModel, ScoredRow } from '../decision/ports.ts';

/** Ways in which pandas, R and spreadsheets write a missing number. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '<na>', '#n/a']);
/** One-hot columns come out of pandas as True and False. */
const TRUTH = new Map([
  ['true', 1],
  ['false', 0],
]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export interface RawRows {
  /** Columns of the file that the model does not take. */
  unused: string[];
  /** One record's cells in the header's order → the model's features, or why not; names columns, never values. */
  read(record: readonly string[]): FeatureRow | { failed: string };
}

/**
 * @param header column names of the file; every feature of the manifest must be among them once
 * @throws Failed `usage`, naming the columns that are missing or there twice
 */
export function prepareRawRows(manifest: ModelManifest, header: readonly string[]): RawRows {
  const names = manifest.features.map((feature) => feature.name);
  const missing = names.filter((name) => !header.includes(name));
  const twice = names.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (missing.length > 0) throw columnsFailure(`has no column ${missing.join(', ')}`, 'missing', missing);
  if (twice.length > 0) throw columnsFailure(`has the column ${twice.join(', ')} twice`, 'twice', twice);
  const texts = new Set(manifest.inputs.filter((input) => input.type === 'string').flatMap((input) => input.features));
  const columns = names.map((name) => ({ name, at: header.indexOf(name), isText: texts.has(name) }));
  return {
    unused: header.filter((name) => !names.includes(name)),
    read: (record) => {
      const row: FeatureValue[] = [];
      for (const { name, at, isText } of columns) {
        const cell = record[at];
        const value = cell === undefined ? undefined : isText ? cell : readNumber(cell);
        if (value === undefined) return { failed: `column ${name} holds no number` };
        row.push(value);
      }
      return row;
    },
  };
}

/** The number, null for missing, undefined for anything else. Overflow to infinity is no number. */
function readNumber(cell: string): number | null | undefined {
  const text = cell.trim();
  const word = text.toLowerCase();
  if (MISSING.has(word)) return null;
  const truth = TRUTH.get(word);
  if (truth !== undefined) return truth;
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function columnsFailure(detail: string, fact: string, names: string[]): Failed {
  return new Failed({
    kind: 'usage',
    happened: `The file ${detail}.`,
    safe: 'Nothing was scored.',
    next: "Give the model's own columns, by the names under `features` in its manifest.json.",
    facts: { [fact]: names.join(', ') },
  });
}

/** Scores what `RawRows.read` gave, one result per record, in order. */
export async function scoreRawRows(
  model: Pick<LoadedModel, 'scorer'>,
  rows: readonly (FeatureRow | { failed: string })[],
): Promise<ScoredRow[]> {
  const readable = rows.flatMap((row) => ('failed' in row ? [] : [row]));
  const scored = (await model.scorer.score(readable)).values();
  return rows.map((row) => ('failed' in row ? row : scored.next().value!));
}

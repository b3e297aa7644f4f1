/** Raw rows through a model without form rules, policy or log: to be held against the data scientist's own numbers. */
import { Failed } from '../contract/failure.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { type Explainer, prepareExplainer } from '../decision/explain/explainer.ts';
import { prepareFeatures } from '../decision/features.ts';
import type { FeatureRow } from '../decision/ports.ts';
import { toScore } from '../decision/score.ts';
import { readAnswers } from '../decision/validate.ts';
import type { ClosableModel } from '../models/closable-model.ts';
import { loadModel } from '../models/load-model.ts';
import { prepareRawRows, scoreRawRows } from '../models/score-rows.ts';
import { checkModel } from './check-model.ts';
import { linesOf, textOf } from './read-applications/decode-text.ts';
import { findSeparator } from './read-applications/find-separator.ts';
import { type InspectedFile, inspectFile } from './read-applications/inspect-file.ts';
import { readApplications } from './read-applications/read-applications.ts';
import { refuseFile } from './read-applications/refuse-file.ts';
import { GROUP_ROWS } from './read-applications/rows.ts';
import { RecordSplitter } from './read-applications/split-records.ts';

export interface ScoredLine {
  /** From 1, without the header. */
  row: number;
  pd: number | null;
  score: number | null;
  /** By characteristic, in the manifest's order; null where not explained. */
  contributions: number[] | null;
  /** Why there is no PD (or no explanation); names columns, never values. */
  failed: string | null;
}

export interface ScoringFile {
  /** The manifest's characteristics, in order. */
  characteristics: string[];
  notices: string[];
  groups: AsyncIterable<ScoredLine[]>;
  close(): Promise<void>;
}

/** A row on its way: the model's features, or why there are none. */
interface RawRow {
  row: number;
  features: FeatureRow | { failed: string };
}

/**
 * The file holds either every feature under the model's own column names, or the product's form columns.
 * The package is checked in a disposable process first.
 * @throws Failed what is wrong with the package, the product or the file
 */
export async function scoreFile(
  packagePath: string,
  inPath: string,
  given: string | null,
  explain: boolean,
  bundledDir: string,
): Promise<ScoringFile> {
  const { failure, opened, product } = await checkModel(packagePath, given, bundledDir);
  if (failure !== null || opened === null || product === null)
    throw failure === null ? new Error('a package without a report') : new Failed(failure);
  const model = await loadModel(opened);
  try {
    const file = await inspectFile(inPath);
    const raw = await readRaw(file, model);
    const { notices, groups } = raw ?? (await readForm(inPath, product.definition, model));
    return {
      characteristics: model.manifest.characteristics.map(({ id }) => id),
      notices,
      groups: scoreGroups(groups, model, explain ? prepareExplainer(model) : null),
      close: () => model.close(),
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

async function* scoreGroups(
  groups: AsyncIterable<RawRow[]>,
  model: ClosableModel,
  explainer: Explainer | null,
): AsyncGenerator<ScoredLine[]> {
  for await (const group of groups) {
    const scored = await scoreRawRows(
      model,
      group.map(({ features }) => features),
    );
    const lines = group.map(({ row }, i): ScoredLine => {
      const result = scored[i]!;
      if ('failed' in result) return { row, pd: null, score: null, contributions: null, failed: result.failed };
      return { row, pd: result.pd, score: toScore(result.pd, model.manifest.scaling), contributions: null, failed: null };
    });
    if (explainer !== null) await explainLines(explainer, group, lines);
    yield lines;
  }
}

async function explainLines(explainer: Explainer, group: readonly RawRow[], lines: readonly ScoredLine[]): Promise<void> {
  const at = lines.flatMap(({ pd }, i) => (pd === null ? [] : [i]));
  const explained = await explainer.explain(
    at.map((i) => group[i]!.features as FeatureRow),
    at.map((i) => lines[i]!.pd!),
  );
  explained.forEach((explanation, n) => {
    const line = lines[at[n]!]!;
    if ('failed' in explanation) line.failed = explanation.failed;
    else line.contributions = explanation.contributions.map(({ value }) => value);
  });
}

/** null: the header does not hold the model's own columns. */
async function readRaw(file: InspectedFile, model: ClosableModel): Promise<{ notices: string[]; groups: AsyncIterable<RawRow[]> } | null> {
  const names = new Set(model.manifest.features.map(({ name }) => name));
  const blocks = linesOf(textOf(file));
  const first = await blocks.next();
  if (first.done === true) throw refuseFile('file-malformed', file.path, 'the file is empty.', 'Export it again.');
  const separator = findSeparator(first.value, names);
  const splitter = new RecordSplitter(separator);
  const records = splitter.push(first.value, false);
  const header = records.shift() ?? splitter.push([], true)[0];
  const cells = header === undefined || 'cause' in header ? [] : header.cells.map((cell) => cell.trim());
  if ([...names].some((name) => !cells.includes(name))) {
    await blocks.return();
    return null;
  }
  const { unused, read } = prepareRawRows(model.manifest, cells);
  const notices = unused.length === 0 ? [] : [`Not a column of the model and not used: ${unused.join(', ')}.`];
  async function* groups(): AsyncGenerator<RawRow[]> {
    let row = 0;
    const rowsOf = (some: typeof records): RawRow[] =>
      some.map((record) => {
        row += 1;
        if ('cause' in record) return { row, features: { failed: record.cause } };
        const ragged = record.cells.length !== cells.length;
        return {
          row,
          features: ragged ? { failed: `${record.cells.length} cells where the header has ${cells.length}` } : read(record.cells),
        };
      });
    yield* inGroups(rowsOf(records));
    for await (const block of blocks) yield* inGroups(rowsOf(splitter.push(block, false)));
    yield* inGroups(rowsOf(splitter.push([], true)));
  }
  return { notices, groups: groups() };
}

function* inGroups(rows: RawRow[]): Generator<RawRow[]> {
  for (let at = 0; at < rows.length; at += GROUP_ROWS) yield rows.slice(at, at + GROUP_ROWS);
}

async function readForm(
  path: string,
  product: ProductDefinition,
  model: ClosableModel,
): Promise<{ notices: string[]; groups: AsyncIterable<RawRow[]> }> {
  const prepared = prepareFeatures(model.manifest, product);
  if ('failure' in prepared) throw new Failed(prepared.failure);
  const { build } = prepared;
  const file = await readApplications(path, product);
  async function* groups(): AsyncGenerator<RawRow[]> {
    for await (const { rows, bad } of file.groups) {
      const read = rows.map(({ row, application }): RawRow => {
        const { answers, complaints } = readAnswers(product, application);
        const [complaint] = Object.values(complaints);
        return { row, features: complaint === undefined ? build(answers).values : { failed: complaint } };
      });
      const refused = bad.map(
        ({ row, column, cause }): RawRow => ({ row, features: { failed: column === null ? cause : `${column}: ${cause}` } }),
      );
      yield [...read, ...refused].sort((a, b) => a.row - b.row);
    }
  }
  return { notices: file.notices, groups: groups() };
}

/** Valid applications through the models: columns, PDs, explanations. What fails is a doubt of that case. */
import type { Answer } from '../contract/application.ts';
import type { Doubt, Explanation } from '../contract/decision.ts';
import type { Failure } from '../contract/failure.ts';
import type { FeatureValue } from '../contract/model-package.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { addDoubts } from './doubts.ts';
import { type Explainer, prepareExplainer } from './explain/explainer.ts';
import { type FeatureBuilder, prepareFeatures } from './features.ts';
import type { FeatureRow, LoadedModel, ScoredRow } from './ports.ts';

/** A model together with what was compiled from it. */
export interface ReadyModel {
  loaded: LoadedModel;
  builder: FeatureBuilder;
  /** Made when it is first asked for: its tables are most of what there is to prepare. */
  explainer: () => Explainer;
}

/** What is known of one valid application on its way. */
export interface Case {
  answers: Record<string, Answer>;
  values: FeatureValue[];
  doubts: Doubt[];
  pd: number | null;
  explanation: Explanation | null;
}

export function makeReady(loaded: LoadedModel, product: ProductDefinition): ReadyModel | { failure: Failure } {
  const builder = prepareFeatures(loaded.manifest, product);
  if ('failure' in builder) return builder;
  let explainer: Explainer | undefined;
  return {
    loaded,
    builder,
    explainer: () => {
      explainer ??= prepareExplainer(loaded);
      return explainer;
    },
  };
}

/** The scorer's answers, held to their contract: a runtime that is gone or answers nonsense fails the rows, not the branch. */
export async function scoreRows({ scorer }: LoadedModel, rows: readonly FeatureRow[]): Promise<ScoredRow[]> {
  const failed = (cause: string) => rows.map(() => ({ failed: cause }));
  if (rows.length === 0) return [];
  let scored: ScoredRow[];
  try {
    scored = await scorer.score(rows);
  } catch (error) {
    // The error's text may hold a row's values: its name is all that is told.
    return failed(`The model's runtime stopped (${error instanceof Error ? error.name : 'unknown error'}).`);
  }
  if (scored.length !== rows.length) return failed('The model answered with another number of rows.');
  return scored.map((row) => ('pd' in row && !(row.pd >= 0 && row.pd <= 1) ? { failed: 'The model answered with no probability.' } : row));
}

export async function scoreCases(model: ReadyModel, cases: readonly Case[]): Promise<void> {
  for (const one of cases) {
    const { values, doubts } = model.builder.build(one.answers);
    one.values = values;
    addDoubts(one.doubts, doubts);
  }
  const scored = await scoreRows(
    model.loaded,
    cases.map(({ values }) => values),
  );
  cases.forEach((one, i) => {
    const row = scored[i]!;
    if ('pd' in row) one.pd = row.pd;
    else one.doubts.push({ kind: 'scoring-failed', subject: model.loaded.manifest.name, cause: row.failed });
  });
}

export async function explainCases({ explainer, loaded }: ReadyModel, cases: readonly Case[]): Promise<void> {
  const scored = cases.filter(({ pd }) => pd !== null);
  let explained: Awaited<ReturnType<Explainer['explain']>>;
  try {
    explained = await explainer().explain(
      scored.map(({ values }) => values),
      scored.map(({ pd }) => pd!),
    );
  } catch (error) {
    const failed = `The explanation stopped (${error instanceof Error ? error.name : 'unknown error'}).`;
    explained = scored.map(() => ({ failed }));
  }
  scored.forEach((one, i) => {
    const explanation = explained[i]!;
    if ('failed' in explanation) one.doubts.push({ kind: 'explanation-failed', subject: loaded.manifest.name, cause: explanation.failed });
    else one.explanation = explanation;
  });
}

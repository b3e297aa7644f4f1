/**
 * One decision: validate → features → score → explain → policy. Pure and replayable: clock and scorer are passed in, everything is compiled
 * once per model and policy, and whatever is doubtful ends in a refer with its cause, never in an approval.
 */
import type { Answer, Application } from '../contract/application.ts';
import type { Decision, Doubt, Explanation } from '../contract/decision.ts';
import type { Failure } from '../contract/failure.ts';
import type { FeatureValue } from '../contract/model-package.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { prepareAffordability } from './affordability.ts';
import { type Explainer, prepareExplainer } from './explain/explainer.ts';
import { type FeatureBuilder, prepareFeatures } from './features.ts';
import type { PolicyEvaluation } from './policy/evaluate.ts';
import { type PreparedPolicy, preparePolicy } from './policy/prepare.ts';
import type { FeatureRow, LoadedModel, LoadedPolicy, LoadedProduct, ScoredRow } from './ports.ts';
import { collectReasons, wordingsOf } from './reasons.ts';
import { toScore } from './score.ts';
import { isRealDate, readAnswers } from './validate.ts';

export interface DecideOptions {
  /** The calendar day of the decision, YYYY-MM-DD, UTC. */
  today: string;
  /** Whether to explain. False is for simulation and benchmarks only: an adverse decision without reasons is no decision. */
  explain: boolean;
}

export type Decided =
  | {
      answers: Record<string, Answer>;
      protected: Record<string, Answer>;
      identity: Record<string, string>;
      decision: Decision;
      /** Challengers' PDs by package digest; null where one could not score. They never touch the decision. */
      shadow: Record<string, number | null>;
    }
  /** The application is not valid and was not decided. By field id. */
  | { complaints: Record<string, string> };

export interface Decider {
  /** One answer per application, in order. Throws only for a bug. */
  decideAll(applications: readonly Application[], options: DecideOptions): Promise<Decided[]>;
  /** Does now what the first explanation would have to do: some ten milliseconds. */
  prepareExplaining(): void;
}

export interface DeciderParts {
  product: LoadedProduct;
  model: LoadedModel | null;
  policy: LoadedPolicy | null;
  /** May still be loading: a decision waits for them, and takes nothing from them but their PDs. */
  challengers?: readonly LoadedModel[] | Promise<readonly LoadedModel[]>;
}

/** A model together with what was compiled from it. */
interface ReadyModel {
  loaded: LoadedModel;
  builder: FeatureBuilder;
  /** Made when it is first asked for: its tables are most of what there is to prepare. */
  explainer: () => Explainer;
}

/** What is known of one valid application on its way. */
interface Case {
  answers: Record<string, Answer>;
  values: FeatureValue[];
  doubts: Doubt[];
  pd: number | null;
  explanation: Explanation | null;
}

/** What the dates and the parts at hand make doubtful, for every decision of that day. `expiresOn` itself is still a good day. */
function standingDoubts({ model, policy }: DeciderParts, today: string): Doubt[] {
  const doubts: Doubt[] = [];
  const add = (kind: Doubt['kind'], subject: string | null, cause: string) => doubts.push({ kind, subject, cause });
  if (!isRealDate(today)) add('clock', null, 'The date of today is not known, so nothing can be said to be valid.');
  if (model === null) add('no-model', null, 'No scoring model is active for this product.');
  else if (today > model.manifest.expiresOn)
    add('model-expired', model.manifest.name, `The model expired after ${model.manifest.expiresOn}.`);
  if (policy === null) add('no-policy', null, 'No credit policy is active for this product.');
  else if (today > policy.policy.expiresOn)
    add('policy-expired', policy.policy.name, `The policy expired after ${policy.policy.expiresOn}.`);
  else if (today < policy.policy.validFrom)
    add('policy-not-yet-valid', policy.policy.name, `The policy becomes valid on ${policy.policy.validFrom}.`);
  return doubts;
}

/** Fields that a person must look at when they are missing, whatever model and policy make of them. */
function prepareMissing(product: ProductDefinition): (answers: Record<string, Answer>) => Doubt[] {
  const watched = product.fields
    .filter(({ use, whenMissing }) => whenMissing === 'refer' && (use === 'scored' || use === 'policy'))
    .map(
      ({ id, label }): Doubt => ({ kind: 'missing-value', subject: id, cause: `${label.en} (${id}) is missing, and a person must look.` }),
    );
  return (answers) => watched.filter(({ subject }) => answers[subject!] === null);
}

/** Adds doubts, one per kind and subject. */
function addDoubts(to: Doubt[], more: readonly Doubt[]): void {
  for (const doubt of more) if (!to.some(({ kind, subject }) => kind === doubt.kind && subject === doubt.subject)) to.push(doubt);
}

/** The scorer's answers, held to their contract: a runtime that is gone or answers nonsense fails the rows, not the branch. */
async function scoreRows({ scorer }: LoadedModel, rows: readonly FeatureRow[]): Promise<ScoredRow[]> {
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

async function explainCases({ explainer, loaded }: ReadyModel, cases: readonly Case[]): Promise<void> {
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

async function scoreCases(model: ReadyModel, cases: readonly Case[]): Promise<void> {
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

/** A challenger's PDs, or nulls: whatever is broken about it stays its own affair. */
async function scoreShadow(
  { loaded, builder }: Pick<ReadyModel, 'loaded' | 'builder'>,
  cases: readonly Case[],
): Promise<(number | null)[]> {
  const scored = await scoreRows(
    loaded,
    cases.map(({ answers }) => builder.build(answers).values),
  );
  return scored.map((row) => ('pd' in row ? row.pd : null));
}

function makeReady(loaded: LoadedModel, product: ProductDefinition): ReadyModel | { failure: Failure } {
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

function malformed(policy: LoadedPolicy, problems: string[]): Failure {
  return {
    kind: 'policy-malformed',
    happened: `The policy ${policy.policy.name} ${policy.policy.version} cannot be used: ${problems.slice(0, 5).join(' ')}`,
    safe: 'The policy was not used, and nothing was decided with it.',
    next: 'Have the policy mended by its owner; a check of its file lists every finding.',
    facts: { policy: policy.policy.name, version: policy.policy.version, problems: problems.length },
  };
}

const noPolicy: PolicyEvaluation = { outcome: 'refer', trace: [], fired: [], cutoff: null, pricing: null, doubts: [] };

/** Prepares what turns one case into its decision. */
function prepareConclusion(
  { product, model }: DeciderParts,
  policy: PreparedPolicy | null,
): (one: Case, standing: readonly Doubt[]) => Decision {
  const affordabilityOf = prepareAffordability(product.definition, policy?.policy.affordability ?? null);
  const wordings = wordingsOf(policy?.policy.tables.flatMap((table) => table.rules) ?? []);
  const characteristics = model?.manifest.characteristics ?? [];
  return ({ answers, values, doubts, pd, explanation }, standing) => {
    const score = pd === null || model === null ? null : toScore(pd, model.manifest.scaling);
    const affordability = affordabilityOf(answers);
    const said = policy?.evaluate({ answers, pd, score, affordability }) ?? noPolicy;
    const all = [...standing];
    addDoubts(all, doubts);
    addDoubts(all, said.doubts);
    const outcome = all.length > 0 ? 'refer' : said.outcome;
    const pricing = outcome === 'decline' ? null : said.pricing;
    const reasons = collectReasons({
      outcome,
      cutoff: said.cutoff,
      explanation,
      characteristics,
      fired: said.fired,
      wordings,
      doubts: all,
    });
    return { outcome, pd, score, features: values, explanation, reasons, doubts: all, affordability, pricing, policyTrace: said.trace };
  };
}

interface ReadyChallenger {
  sha256: string;
  ready: Pick<ReadyModel, 'loaded' | 'builder'> | null;
}

/** Challengers that fit the product; one that does not is null and scores nothing. */
async function readyChallengers({ challengers = [], product }: DeciderParts): Promise<ReadyChallenger[]> {
  return (await challengers).map((loaded) => {
    const builder = prepareFeatures(loaded.manifest, product.definition);
    return { sha256: loaded.artefact.sha256, ready: 'failure' in builder ? null : { loaded, builder } };
  });
}

/**
 * @returns a decider for one product, or why there can be none: `model-does-not-fit` or `policy-malformed`. Without a model or a policy
 * there is a decider too: it refers, with what can be told.
 */
export function prepareDecider(parts: DeciderParts): { decider: Decider } | { failure: Failure } {
  const product = parts.product.definition;
  const made = parts.model === null ? null : makeReady(parts.model, product);
  if (made !== null && 'failure' in made) return made;
  const model: ReadyModel | null = made;
  const inspected = parts.policy === null ? null : preparePolicy(parts.policy, product);
  if (parts.policy !== null && inspected !== null && inspected.prepared === null) {
    const errors = inspected.findings.filter(({ level }) => level === 'error');
    return {
      failure: malformed(
        parts.policy,
        errors.map(({ table, rule, message }) => [table, rule, message].filter(Boolean).join(': ')),
      ),
    };
  }
  const missingIn = prepareMissing(product);
  const conclude = prepareConclusion(parts, inspected?.prepared ?? null);
  let challengers: Promise<ReadyChallenger[]> | undefined;

  async function decideAll(applications: readonly Application[], { today, explain }: DecideOptions): Promise<Decided[]> {
    const standing = standingDoubts(parts, today);
    const read = applications.map((application) => readAnswers(product, application));
    const valid = read.filter(({ complaints }) => isEmpty(complaints));
    const cases = valid.map(({ answers }): Case => ({ answers, values: [], doubts: missingIn(answers), pd: null, explanation: null }));
    if (model !== null) await scoreCases(model, cases);
    if (model !== null && explain) await explainCases(model, cases);
    const decisions = cases.map((one) => conclude(one, standing));
    // After the decision, so that a challenger can neither change nor precede it.
    const shadows: { sha256: string; pds: (number | null)[] | null }[] = [];
    challengers ??= readyChallengers(parts);
    for (const { sha256, ready } of await challengers)
      shadows.push({ sha256, pds: ready === null ? null : await scoreShadow(ready, cases) });
    let next = 0;
    return read.map((one): Decided => {
      if (!isEmpty(one.complaints)) return { complaints: one.complaints };
      const i = next++;
      const shadow: Record<string, number | null> = {};
      for (const { sha256, pds } of shadows) shadow[sha256] = pds?.[i] ?? null;
      return { answers: one.answers, protected: one.protected, identity: one.identity, decision: decisions[i]!, shadow };
    });
  }
  return { decider: { decideAll, prepareExplaining: () => void model?.explainer() } };
}

function isEmpty(record: Record<string, unknown>): boolean {
  for (const _ in record) return false;
  return true;
}

/**
 * One decision: validate → features → score → explain → policy. Pure and replayable: clock and scorer are passed in, everything is compiled
 * once per model and policy, and whatever is doubtful ends in a refer with its cause, never in an approval.
 */
import type { Answer, Application } from '../contract/application.ts';
import type { Decision } from '../contract/decision.ts';
import type { Failure } from '../contract/failure.ts';
import { prepareConclusion } from './conclude.ts';
import { prepareMissing, standingDoubts } from './doubts.ts';
import { preparePolicy } from './policy/prepare.ts';
import type { LoadedModel, LoadedPolicy, LoadedProduct, ShadowLimits } from './ports.ts';
import { type Case, explainCases, makeReady, type ReadyModel, scoreCases } from './score-cases.ts';
import { prepareShadow } from './shadow.ts';
import { readAnswers } from './validate.ts';

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
  /** The policy was inspected against this product before, under this version of the program, without an error. */
  isPolicySound?: boolean;
  /** May still be loading: a decision waits for them, and takes nothing from them but their PDs. */
  challengers?: readonly LoadedModel[] | Promise<readonly LoadedModel[]>;
  /** Without them every challenger may take its time. */
  shadowLimits?: ShadowLimits;
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

/**
 * @returns a decider for one product, or why there can be none: `model-does-not-fit` or `policy-malformed`. Without a model or a policy
 * there is a decider too: it refers, with what can be told.
 */
export function prepareDecider(parts: DeciderParts): { decider: Decider } | { failure: Failure } {
  const product = parts.product.definition;
  const made = parts.model === null ? null : makeReady(parts.model, product);
  if (made !== null && 'failure' in made) return made;
  const model: ReadyModel | null = made;
  const inspected = parts.policy === null ? null : preparePolicy(parts.policy, product, parts.isPolicySound);
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
  const conclude = prepareConclusion(product, parts.model, inspected?.prepared ?? null);
  const scoreShadow = prepareShadow(parts.challengers ?? [], product, parts.shadowLimits);

  async function decideCases(cases: readonly Case[], { today, explain }: DecideOptions): Promise<Decision[]> {
    if (model !== null) await scoreCases(model, cases);
    if (model !== null && explain) await explainCases(model, cases);
    const standing = standingDoubts(parts, today);
    return cases.map((one) => conclude(one, standing));
  }

  async function decideAll(applications: readonly Application[], options: DecideOptions): Promise<Decided[]> {
    const read = applications.map((application) => readAnswers(product, application));
    const valid = read.filter(({ complaints }) => isEmpty(complaints));
    const cases = valid.map(({ answers }): Case => ({ answers, values: [], doubts: missingIn(answers), pd: null, explanation: null }));
    // A challenger's run queues behind the champion's, in the same turn of the event loop: neither waits for another turn. The decision sees nothing of it.
    const [decisions, shadows] = await Promise.all([decideCases(cases, options), scoreShadow(cases)]);
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

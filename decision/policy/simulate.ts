/**
 * Another policy over decisions that were made: what it would have said of the same applications. Nothing is scored: PD and score are those of the day,
 * and what was doubtful about the model or the answers stays doubtful. Dates play no part: the question is what the rules say, not when.
 */
import type { Answer } from '../../contract/application.ts';
import type { Doubt } from '../../contract/decision.ts';
import type { Outcome } from '../../contract/policy.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { prepareAffordability } from '../affordability.ts';
import type { PreparedPolicy } from './prepare.ts';

/** What a log entry holds of a decision that a policy looks at. */
export interface StoredCase {
  inputs: Readonly<Record<string, Answer>>;
  pd: number | null;
  score: number | null;
  doubts: readonly Doubt[];
}

export interface Simulated {
  outcome: Outcome;
  /** `table/rule` of every rule outside the cutoff and pricing tables that held. */
  fired: string[];
}

/** Doubts that the policy of the day raised: another policy raises its own. */
const OF_POLICY: ReadonlySet<Doubt['kind']> = new Set(['no-policy', 'policy-not-yet-valid', 'policy-expired', 'policy-cell', 'policy-gap']);

/** @returns what the policy says of one stored case; total, and the same for the same case */
export function prepareSimulation(policy: PreparedPolicy, product: ProductDefinition): (stored: StoredCase) => Simulated {
  const affordabilityOf = prepareAffordability(product, policy.policy.affordability);
  const placeOf = new Map(policy.policy.tables.flatMap((table) => table.rules.map((rule) => [rule, `${table.id}/${rule.id}`] as const)));
  return ({ inputs, pd, score, doubts }) => {
    const said = policy.evaluate({ answers: inputs, pd, score, affordability: affordabilityOf(inputs) });
    const isDoubtful = doubts.some(({ kind }) => !OF_POLICY.has(kind));
    return { outcome: isDoubtful ? 'refer' : said.outcome, fired: said.fired.map((rule) => placeOf.get(rule) ?? rule.id) };
  };
}

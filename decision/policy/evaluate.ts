/** Asks every table and puts the answers together. A doubt anywhere is a refer; only a cutoff rule can approve. */
import type { Answer } from '../../contract/application.ts';
import type { Decision, Doubt, TableResult } from '../../contract/decision.ts';
import type { Outcome, PolicyRule } from '../../contract/policy.ts';
import { askRule, type CompiledTable, type PolicyInputs, type RuleAnswer } from './compile.ts';

export interface PolicyEvaluation {
  /** What the tables say together, before doubts from elsewhere. */
  outcome: Outcome;
  trace: TableResult[];
  /** Rules outside the cutoff tables that held and refer or decline, in the policy's order. */
  fired: PolicyRule[];
  /** What the cutoff tables say by themselves; null: they said nothing. */
  cutoff: Outcome | null;
  pricing: Decision['pricing'];
  doubts: Doubt[];
}

interface TableAnswer {
  result: TableResult;
  /** Rules that held, in order. */
  held: PolicyRule[];
  doubtful: boolean;
}

const severity: Record<Outcome, number> = { approve: 0, refer: 1, decline: 2 };

/** The more cautious of two outcomes, decline before refer before approve. */
export function worse(a: Outcome | null, b: Outcome | null): Outcome | null {
  if (a === null || b === null) return a ?? b;
  return severity[a] >= severity[b] ? a : b;
}

/** The outcome of a table from its rules' results: a doubtful rule makes it a refer. Null where no rule held, and in pricing tables. */
export function outcomeOf(table: CompiledTable['table'], results: readonly TableResult['rules'][number]['result'][]): Outcome | null {
  if (table.purpose === 'pricing') return null;
  if (results.includes('doubt')) return 'refer';
  return table.rules.reduce<Outcome | null>((told, rule, i) => (results[i] === 'yes' ? worse(told, rule.outcome) : told), null);
}

function doubtOf(table: string, rule: string, input: string, answer: Extract<RuleAnswer, { result: 'doubt' }>): Doubt {
  const what = answer.cause === 'missing' ? 'is missing' : 'is not of the kind that the rule asks about';
  return {
    kind: 'policy-cell',
    subject: `${table}/${rule}`,
    cause: `${input} ${what}, so the rule ${rule} of ${table} cannot be decided.`,
  };
}

function askTable(compiled: CompiledTable, values: readonly Answer[], doubts: Doubt[]): TableAnswer {
  const { table, rules } = compiled;
  const first = table.hitPolicy === 'FIRST';
  const results: TableResult['rules'] = [];
  const held: PolicyRule[] = [];
  const doubted = new Set<number>();
  let reached = true;
  for (let i = 0; i < rules.length; i++) {
    const { rule } = rules[i]!;
    if (!reached) {
      results.push({ rule: rule.id, result: 'not-reached', input: null });
      continue;
    }
    const answer = askRule(rules[i]!, values);
    results.push({ rule: rule.id, result: answer.result, input: answer.input });
    if (answer.result === 'yes') held.push(rule);
    if (first && answer.result === 'yes') reached = false;
    if (answer.result !== 'doubt' || doubted.has(answer.input)) continue;
    // One missing input makes many rules doubtful: it is told once per table.
    doubted.add(answer.input);
    doubts.push(doubtOf(table.id, rule.id, table.inputs[answer.input] ?? 'a cell', answer));
  }
  const outcome = outcomeOf(
    table,
    results.map(({ result }) => result),
  );
  return { result: { table: table.id, outcome, rules: results }, held, doubtful: doubted.size > 0 };
}

const gap = (table: string): Doubt => ({
  kind: 'policy-gap',
  subject: table,
  cause: `No rule of the table ${table} covers this application.`,
});

const nobodyApproved: Doubt = { kind: 'policy-gap', subject: null, cause: 'The policy has no cutoff table, and nothing else can approve.' };

/**
 * @returns the outcome with every rule's result. Any doubt → refer; else any decline → decline; else any refer → refer;
 * approve only where a cutoff rule said so. Never throws.
 */
export function evaluateTables(tables: readonly CompiledTable[], from: PolicyInputs): PolicyEvaluation {
  const trace: TableResult[] = [];
  const fired: PolicyRule[] = [];
  const doubts: Doubt[] = [];
  let told: Outcome | null = null;
  let cutoff: Outcome | null = null;
  let pricing: Decision['pricing'] = null;
  let unpriced: string | null = null;
  for (const compiled of tables) {
    const { table } = compiled;
    const values = compiled.inputs.map((read) => read(from));
    const { result, held, doubtful } = askTable(compiled, values, doubts);
    trace.push(result);
    told = worse(told, result.outcome);
    if (table.purpose === 'pricing') {
      if (!doubtful) pricing ??= held[0]?.pricing ?? null;
      if (pricing === null && !doubtful) unpriced = table.id;
    } else if (table.purpose === 'cutoff') {
      cutoff = worse(cutoff, result.outcome);
      if (result.outcome === null) doubts.push(gap(table.id));
    } else for (const rule of held) if (rule.outcome === 'refer' || rule.outcome === 'decline') fired.push(rule);
  }
  // A price is owed to an approval only: pricing tables need not cover what is declined.
  if (unpriced !== null && told === 'approve') doubts.push(gap(unpriced));
  if (doubts.length === 0 && (told === null || (told === 'approve' && cutoff !== 'approve'))) doubts.push(nobodyApproved);
  const outcome = doubts.length > 0 ? 'refer' : (told ?? 'refer');
  return { outcome, trace, fired, cutoff, pricing: outcome === 'decline' ? null : pricing, doubts };
}

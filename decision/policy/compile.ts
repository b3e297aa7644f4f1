/** Decision tables made ready to run: every cell parsed once, every input resolved to where its value is found. */
import type { Answer } from '../../contract/application.ts';
import type { Affordability } from '../../contract/decision.ts';
import type { DecisionTable, DerivedInput, Policy, PolicyRule } from '../../contract/policy.ts';
import { parseCell } from './cell.ts';
import { type CellResult, type CompiledCell, compileTest } from './test-cell.ts';

/** What the tables are asked about: the form's answers and what was reckoned from them. */
export interface PolicyInputs {
  answers: Readonly<Record<string, Answer>>;
  pd: number | null;
  score: number | null;
  affordability: Affordability;
}

export interface CompiledRule {
  rule: PolicyRule;
  /** The inputs that the rule looks at (not those with a dash), with their tests. */
  tests: readonly { input: number; test: CompiledCell }[];
}

export interface CompiledTable {
  table: DecisionTable;
  inputs: readonly ((from: PolicyInputs) => Answer)[];
  rules: readonly CompiledRule[];
}

const derived: Record<DerivedInput, (from: PolicyInputs) => Answer> = {
  pd: (from) => from.pd,
  score: (from) => from.score,
  instalment: (from) => from.affordability.instalment,
  dti: (from) => from.affordability.dti,
  disposable_income: (from) => from.affordability.disposableIncome,
  monthly_income: (from) => from.affordability.monthlyIncome,
  amount: (from) => from.affordability.amount,
  term_months: (from) => from.affordability.termMonths,
};

/** A derived input's name wins over a field's of the same name, because the policy format promises its meaning. */
export function isDerived(name: string): name is DerivedInput {
  return Object.hasOwn(derived, name);
}

function resolveInput(name: string): (from: PolicyInputs) => Answer {
  return isDerived(name) ? derived[name] : ({ answers }) => (Object.hasOwn(answers, name) ? (answers[name] ?? null) : null);
}

/** A cell that does not parse answers `wrong-type` to everything: such a policy is refused, but should one run, it refers. */
const unreadable: CompiledCell = () => 'wrong-type';

function compileRule(rule: PolicyRule, inputs: number): CompiledRule {
  const tests: { input: number; test: CompiledCell }[] = [];
  for (let input = 0; input < Math.max(inputs, rule.when.length); input++) {
    const cell = rule.when[input];
    const parsed = cell === undefined ? { malformed: 'no cell' } : parseCell(cell);
    if ('malformed' in parsed) tests.push({ input, test: unreadable });
    else if (!parsed.any) tests.push({ input, test: compileTest(parsed) });
  }
  return { rule, tests };
}

export function compileTables(policy: Policy): CompiledTable[] {
  return policy.tables.map((table) => ({
    table,
    inputs: table.inputs.map(resolveInput),
    rules: table.rules.map((rule) => compileRule(rule, table.inputs.length)),
  }));
}

/** A rule's answer to one set of values. `input` decided it; null where every test held. */
export type RuleAnswer =
  | { result: 'yes'; input: null }
  | { result: 'no'; input: number }
  | { result: 'doubt'; input: number; cause: CellResult };

const holds: RuleAnswer = { result: 'yes', input: null };

/**
 * All tests of a rule together, in Kleene's logic: one that fails settles it whatever else is missing, because no value that might be
 * found later could make the rule hold. Otherwise one doubt makes the rule doubtful.
 */
export function askRule({ tests }: CompiledRule, values: readonly Answer[]): RuleAnswer {
  let doubtful: RuleAnswer | null = null;
  for (let i = 0; i < tests.length; i++) {
    const { input, test } = tests[i]!;
    const result = test(values[input] ?? null);
    if (result === 'no') return { result: 'no', input };
    if (result !== 'yes') doubtful ??= { result: 'doubt', input, cause: result };
  }
  return doubtful ?? holds;
}

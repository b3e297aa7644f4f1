/** What changed from one policy to the next, rule by rule and cell by cell, in words for the person who signs it off. */
import type { DecisionTable, Policy, PolicyRule } from '../../contract/policy.ts';

export interface PolicyChange {
  /** null: the policy as a whole. */
  table: string | null;
  rule: string | null;
  change: 'added' | 'removed' | 'changed' | 'moved';
  message: string;
}

type Add = (change: PolicyChange['change'], message: string, table?: string | null, rule?: string | null) => void;

/** @returns in the order of the policies: the whole, then each table with its rules */
export function comparePolicies(before: Policy, after: Policy): PolicyChange[] {
  const found: PolicyChange[] = [];
  const add: Add = (change, message, table = null, rule = null) => found.push({ table, rule, change, message });
  compareWhole(before, after, add);
  const later = new Map(after.tables.map((table) => [table.id, table]));
  const earlier = new Set(before.tables.map(({ id }) => id));
  for (const table of before.tables) {
    const other = later.get(table.id);
    if (other === undefined) add('removed', `The table ${table.id} (${table.purpose}, ${table.rules.length} rules) is gone.`, table.id);
    else compareTables(table, other, add);
  }
  for (const table of after.tables)
    if (!earlier.has(table.id)) {
      add('added', `The table ${table.id} (${table.purpose}, ${table.rules.length} rules) is new.`, table.id);
      for (const rule of table.rules) add('added', `New: ${inWords(table, rule)}.`, table.id, rule.id);
    }
  return found;
}

const was = (what: string, before: unknown, after: unknown): string => `${what} was ${shown(before)}, is ${shown(after)}.`;

function shown(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

function compareWhole(before: Policy, after: Policy, add: Add): void {
  const parts: [string, unknown, unknown][] = [
    ['The name', before.name, after.name],
    ['The product', before.product, after.product],
    ['The version', before.version, after.version],
    ['The owner', before.owner, after.owner],
    ['The first valid day', before.validFrom, after.validFrom],
    ['The last valid day', before.expiresOn, after.expiresOn],
    [
      'The annual rate in percent that affordability is tested with',
      before.affordability.assumedAnnualRatePercent,
      after.affordability.assumedAnnualRatePercent,
    ],
    [
      'The number of months over which existing debt is repaid',
      before.affordability.existingDebtMonths,
      after.affordability.existingDebtMonths,
    ],
    ['The lower end of the refer band', before.referBand.low, after.referBand.low],
    ['The upper end of the refer band', before.referBand.high, after.referBand.high],
    ['The model that the cutoffs were chosen with', before.basis.model, after.basis.model],
    ['The expected share of approvals', before.basis.approvedShare, after.basis.approvedShare],
    ['The expected bad rate among the approved', before.basis.expectedBadRateApproved, after.basis.expectedBadRateApproved],
  ];
  for (const [what, a, b] of parts) if (differ(a, b)) add('changed', was(what, a, b));
}

function compareTables(before: DecisionTable, after: DecisionTable, add: Add): void {
  const { id } = before;
  if (before.purpose !== after.purpose) add('changed', was('The purpose', before.purpose, after.purpose), id);
  if (before.hitPolicy !== after.hitPolicy) add('changed', was('The hit policy', before.hitPolicy, after.hitPolicy), id);
  for (const input of after.inputs) if (!before.inputs.includes(input)) add('added', `The input ${input} is looked at now.`, id);
  for (const input of before.inputs) if (!after.inputs.includes(input)) add('removed', `The input ${input} is no longer looked at.`, id);
  const later = new Map(after.rules.map((rule) => [rule.id, rule]));
  const earlier = new Set(before.rules.map((rule) => rule.id));
  for (const rule of before.rules) {
    const other = later.get(rule.id);
    if (other === undefined) add('removed', `Gone: ${inWords(before, rule)}.`, id, rule.id);
    else compareRules(before, rule, after, other, add);
  }
  for (const rule of after.rules) if (!earlier.has(rule.id)) add('added', `New: ${inWords(after, rule)}.`, id, rule.id);
  compareOrder(before, after, add);
}

/** Cells by the name of their input: a column that was moved is no change. */
function compareRules(beforeTable: DecisionTable, before: PolicyRule, afterTable: DecisionTable, after: PolicyRule, add: Add): void {
  const change = (message: string) => add('changed', message, beforeTable.id, before.id);
  for (const input of new Set([...beforeTable.inputs, ...afterTable.inputs])) {
    const [a, b] = [cellOf(beforeTable, before, input), cellOf(afterTable, after, input)];
    if (a !== b) change(was(`The test of ${input}`, a, b));
  }
  if (before.outcome !== after.outcome) change(was('The outcome', before.outcome, after.outcome));
  if (before.pricing?.tier !== after.pricing?.tier) change(was('The tier', before.pricing?.tier, after.pricing?.tier));
  if (before.pricing?.annualRatePercent !== after.pricing?.annualRatePercent)
    change(was('The annual rate in percent', before.pricing?.annualRatePercent, after.pricing?.annualRatePercent));
  if (before.reason?.code !== after.reason?.code) change(was('The reason', before.reason?.code, after.reason?.code));
  for (const language of ['en', 'es'] as const)
    if (before.reason?.text[language] !== after.reason?.text[language])
      change(was(`The wording of the reason (${language})`, before.reason?.text[language], after.reason?.text[language]));
}

/** An input that a table has not got is as good as a dash in every rule. */
function cellOf(table: DecisionTable, rule: PolicyRule, input: string): string {
  const at = (table.inputs as string[]).indexOf(input);
  return at === -1 ? '-' : (rule.when[at] ?? 'no cell').trim();
}

/** In a FIRST table the order decides; in a COLLECT table it is only the order in which reasons are given. */
function compareOrder(before: DecisionTable, after: DecisionTable, add: Add): void {
  const later = after.rules.map(({ id }) => id);
  const common = before.rules.map(({ id }) => id).filter((id) => later.includes(id));
  const now = later.filter((id) => common.includes(id));
  const effect = after.hitPolicy === 'FIRST' ? 'and the first that holds decides' : 'which changes the order of reasons only';
  const moved = now.filter((id, i) => common[i] !== id);
  if (moved.length > 0) add('moved', `The rules stand in another order (${now.join(', ')}), ${effect}.`, before.id);
}

function inWords(table: DecisionTable, rule: PolicyRule): string {
  const tests = table.inputs.flatMap((input) => {
    const cell = cellOf(table, rule, input);
    return cell === '-' ? [] : [`${input} ${cell}`];
  });
  const price = rule.pricing === undefined ? '' : `tier ${rule.pricing.tier} at ${rule.pricing.annualRatePercent} %`;
  return `${tests.length === 0 ? 'always' : `where ${tests.join(' and ')}`}: ${rule.outcome ?? price}`;
}

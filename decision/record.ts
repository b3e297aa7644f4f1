/**
 * A decision as the log stores it, and back. Long texts are not stored: they follow from the model and the policy whose digests the entry
 * names. With those at hand the two functions are exact inverses; without them codes and numbers remain.
 */
import type { Answer } from '../contract/application.ts';
import type { Decision, Explanation, Reason, TableResult } from '../contract/decision.ts';
import type { DecisionRecord } from '../contract/log-entry.ts';
import type { ModelManifest } from '../contract/model-package.ts';
import type { Policy } from '../contract/policy.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { askRule, type CompiledTable, compileTables, type PolicyInputs } from './policy/compile.ts';
import { outcomeOf } from './policy/evaluate.ts';
import { doubtReasonOf, wordingsOf } from './reasons.ts';

type RuleResult = TableResult['rules'][number]['result'];

const letters: Record<RuleResult, string> = { yes: 'y', no: 'n', doubt: 'd', 'not-reached': '-' };
const results: Record<string, RuleResult> = { y: 'yes', n: 'no', d: 'doubt', '-': 'not-reached' };

function compactExplanation(explanation: Explanation): NonNullable<DecisionRecord['explanation']> {
  const { method, scale, expected, predicted, contributions } = explanation;
  const values = contributions.map(({ value }) => value);
  // Members in canonical order: the log need not sort them again.
  if (method !== 'sampled') return { expected, method, predicted, scale, values };
  return { errors: contributions.map(({ standardError }) => standardError), expected, method, predicted, scale, values };
}

/** Each table's rules by one letter. Tables in canonical order, as above. */
function compactTrace(trace: readonly TableResult[]): DecisionRecord['policy_trace'] {
  const compact: [string, string][] = [];
  for (const { table, rules } of trace) {
    let told = '';
    for (const { result } of rules) told += letters[result];
    compact.push([table, told]);
  }
  // fromEntries makes own properties even of names such as `__proto__`.
  return Object.fromEntries(compact.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @returns what replay computes again and compares bit for bit */
export function toRecord(decision: Decision): DecisionRecord {
  return {
    features: decision.features,
    pd: decision.pd,
    score: decision.score,
    decision: decision.outcome,
    reasons: decision.reasons.map(({ source, code }) => `${source}:${code}`),
    explanation: decision.explanation === null ? null : compactExplanation(decision.explanation),
    affordability: decision.affordability,
    pricing: decision.pricing,
    policy_trace: compactTrace(decision.policyTrace),
    doubts: decision.doubts,
  };
}

/** What a record is read with; null = no longer on this PC. */
export interface RecordArtefacts {
  manifest: ModelManifest | null;
  policy: Policy | null;
  product: ProductDefinition | null;
}

function restoreReason(stored: string, { manifest, policy }: RecordArtefacts): Reason {
  const colon = stored.indexOf(':');
  const code = stored.slice(colon + 1);
  const bare = (source: Reason['source'], text = { en: code }): Reason => ({ code, source, text });
  if (stored.startsWith('model:')) return bare('model', manifest?.characteristics.find(({ reason }) => reason.code === code)?.reason.text);
  if (stored.startsWith('policy:')) return bare('policy', policy === null ? undefined : wordingsOf(policy).get(code));
  return doubtReasonOf(code) ?? bare('doubt');
}

function restoreExplanation(stored: NonNullable<DecisionRecord['explanation']>, manifest: ModelManifest | null): Explanation {
  const { method, scale, expected, predicted, values, errors } = stored;
  const contributions = values.map((value, i) => ({
    characteristic: manifest?.characteristics[i]?.id ?? `characteristic_${i + 1}`,
    value,
    standardError: errors?.[i] ?? 0,
  }));
  return { method, scale, expected, predicted, contributions };
}

/**
 * One table's results from its letters. Which input decided a rule is not stored: it is found by asking the rule again with the stored
 * inputs; where that gives another letter, the stored one stands and no input is named.
 */
function restoreTable(compiled: CompiledTable, stored: string, from: PolicyInputs | null): TableResult {
  const { table, rules } = compiled;
  const values = from === null ? null : compiled.inputs.map((read) => read(from));
  const told: RuleResult[] = [];
  const restored = rules.map((rule, i) => {
    const result = results[stored[i] ?? '-'] ?? 'not-reached';
    told.push(result);
    // Of a rule that held, or was not reached, no input decided.
    const asked = values !== null && (result === 'no' || result === 'doubt') ? askRule(rule, values) : null;
    return { rule: rule.rule.id, result, input: asked?.result === result ? asked.input : null };
  });
  return { table: table.id, outcome: outcomeOf(table, told), rules: restored };
}

/** A trace whose policy is gone: rules by their place. */
function bareTable(table: string, stored: string): TableResult {
  return {
    table,
    outcome: null,
    rules: stored.split('').map((letter, i) => ({ rule: `${i + 1}`, result: results[letter] ?? 'not-reached', input: null })),
  };
}

/** A policy's tables are compiled once for all the entries that name it. */
const compiledPolicies = new WeakMap<Policy, CompiledTable[]>();

function compiledOf(policy: Policy): CompiledTable[] {
  const tables = compiledPolicies.get(policy) ?? compileTables(policy);
  compiledPolicies.set(policy, tables);
  return tables;
}

function restoreTrace(record: StoredRecord, { policy }: RecordArtefacts): TableResult[] {
  const { pd, score, affordability, inputs, policy_trace: trace } = record;
  if (policy === null) return Object.entries(trace).map(([table, stored]) => bareTable(table, stored));
  const from = inputs === undefined ? null : { answers: inputs, pd, score, affordability };
  return compiledOf(policy)
    .filter(({ table }) => Object.hasOwn(trace, table.id))
    .map((compiled) => restoreTable(compiled, trace[compiled.table.id]!, from));
}

/** A record, with the answers that a log entry holds beside it: they tell which input decided each rule. */
export type StoredRecord = DecisionRecord & { inputs?: Readonly<Record<string, Answer>> };

/** @returns the decision as it was made, as far as the artefacts at hand can tell it */
export function fromRecord(record: StoredRecord, artefacts: RecordArtefacts): Decision {
  return {
    outcome: record.decision,
    pd: record.pd,
    score: record.score,
    features: record.features,
    explanation: record.explanation === null ? null : restoreExplanation(record.explanation, artefacts.manifest),
    reasons: record.reasons.map((stored) => restoreReason(stored, artefacts)),
    doubts: record.doubts,
    affordability: record.affordability,
    pricing: record.pricing,
    policyTrace: restoreTrace(record, artefacts),
  };
}

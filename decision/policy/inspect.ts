/** What can be told about a policy before it meets an application: cells, inputs, types, structure, and the cover of its tables. */
import type { DecisionTable, Policy, PolicyFinding, PolicyRule } from '../../contract/policy.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { parseCell, type Test } from './cell.ts';
import { type CompiledTable, isDerived } from './compile.ts';
import { coverageOf } from './coverage.ts';

type Fields = ReadonlyMap<string, Field>;
type Kind = PolicyFinding['kind'];

/** Collects findings about one table. */
class Findings {
  readonly found: PolicyFinding[] = [];

  error(kind: Kind, message: string, table: string | null = null, rule: string | null = null): void {
    this.found.push({ level: 'error', kind, message, table, rule });
  }

  warn(kind: Kind, message: string, table: string | null = null, rule: string | null = null): void {
    this.found.push({ level: 'warning', kind, message, table, rule });
  }
}

/** Policy reads what is scored and what is asked for policy; protected traits and identity never (12 CFR 1002.4, 1002.6(b)). */
function inspectInputs(table: DecisionTable, fields: Fields, to: Findings): void {
  for (const name of table.inputs) {
    if (isDerived(name)) continue;
    const field = fields.get(name);
    if (field === undefined)
      to.error('unknown-input', `The input ${name} is neither a field of the product nor a derived number.`, table.id);
    else if (field.use === 'protected' || field.use === 'identifying')
      to.error('unknown-input', `The input ${name} is ${field.use} and must not take part in a decision.`, table.id);
  }
}

function typeError(test: Test, name: string, field: Field | undefined): string | null {
  if (test.any) return null;
  const numeric = isDerived(name) || field?.type === 'integer' || field?.type === 'decimal';
  for (const item of test.items) {
    if (item.kind === 'null') continue;
    if (numeric && item.kind === 'text') return `${name} is a number, but the cell asks for the text "${item.value}".`;
    if (!numeric && item.kind === 'range') return `${name} is not a number, but the cell compares it with one.`;
    if (item.kind === 'text' && field?.type === 'choice' && !field.options.some((option) => option.value === item.value))
      return `"${item.value}" is no option of ${name}.`;
  }
  return null;
}

function inspectCells(table: DecisionTable, rule: PolicyRule, fields: Fields, to: Findings): void {
  if (rule.when.length !== table.inputs.length)
    to.error('structure', `The rule has ${rule.when.length} cells for ${table.inputs.length} inputs.`, table.id, rule.id);
  rule.when.slice(0, table.inputs.length).forEach((cell, i) => {
    const name = table.inputs[i]!;
    const test = parseCell(cell);
    if ('malformed' in test) {
      to.error('malformed-cell', `The cell ${cell} for ${name} cannot be read: ${test.malformed}.`, table.id, rule.id);
      return;
    }
    const wrong = typeError(test, name, fields.get(name));
    if (wrong !== null && (isDerived(name) || fields.has(name))) to.error('type-error', wrong, table.id, rule.id);
  });
}

function inspectRule(table: DecisionTable, rule: PolicyRule, to: Findings): void {
  const pricing = table.purpose === 'pricing';
  const say = (message: string) => to.error('structure', message, table.id, rule.id);
  if (pricing && rule.pricing === undefined) say('A rule of a pricing table must name a tier and a rate.');
  if (!pricing && rule.pricing !== undefined) say('Only a rule of a pricing table may name a rate.');
  if (pricing && rule.outcome !== null) say('A pricing rule prices; it has no outcome.');
  if (!pricing && rule.outcome === null) say('The rule has no outcome.');
  if (pricing || rule.outcome === 'approve' || rule.outcome === null) return;
  // 12 CFR 1002.9(b)(2): a factor that led to the action must be named, and 'score too low' is none.
  if (table.purpose !== 'cutoff' && rule.reason === undefined)
    to.error('missing-reason', `The rule ends in ${rule.outcome} and must give a reason.`, table.id, rule.id);
  if (table.purpose === 'cutoff' && rule.reason !== undefined)
    to.warn('structure', 'The reason of a cutoff rule is never given: a low score is no reason (12 CFR 1002.9(b)(2)).', table.id, rule.id);
}

function inspectShape(table: DecisionTable, to: Findings): void {
  const wanted = table.purpose === 'cutoff' || table.purpose === 'pricing' ? 'FIRST' : 'COLLECT';
  if (table.hitPolicy !== wanted)
    to.error('structure', `A table for ${table.purpose} has the hit policy ${wanted}, not ${table.hitPolicy}.`, table.id);
  for (const id of twice(table.rules.map((rule) => rule.id))) to.error('structure', `Two rules have the id ${id}.`, table.id, id);
  for (const name of twice(table.inputs)) to.error('structure', `The input ${name} is there twice.`, table.id);
}

const twice = (names: readonly string[]): string[] => [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];

const verdictOf = (rule: PolicyRule): string => JSON.stringify([rule.outcome, rule.pricing ?? null]);

/** Names at most three places, so that a message stays a message. */
function listed(places: readonly string[]): string {
  return places.length > 3 ? `${places.slice(0, 3).join('; ')}; and ${places.length - 3} more` : places.join('; ');
}

/** Two rules of a FIRST table that speak of the same application and differ: the order decides, which a reader may not expect. */
function inspectOverlaps(table: DecisionTable, boxes: readonly { rules: readonly number[] }[], to: Findings): void {
  const told = new Set<string>();
  for (const { rules } of boxes) {
    const [first, ...later] = rules;
    if (first === undefined) continue;
    for (const other of later) {
      const [a, b] = [table.rules[first]!, table.rules[other]!];
      // A last rule of dashes is the customary 'everything else', and no surprise.
      if (told.has(`${a.id} ${b.id}`) || verdictOf(a) === verdictOf(b) || b.when.every((cell) => cell.trim() === '-')) continue;
      told.add(`${a.id} ${b.id}`);
      to.warn('overlap', `The rules ${a.id} and ${b.id} can both hold and differ; ${a.id} wins.`, table.id, b.id);
    }
  }
}

function inspectCover(compiled: CompiledTable, fields: Fields, declined: (samples: Map<string, unknown>) => boolean, to: Findings): void {
  const { table } = compiled;
  const coverage = coverageOf(compiled, fields);
  const first = table.hitPolicy === 'FIRST';
  if (coverage === null) {
    if (first) to.warn('structure', 'The table reads texts or has too many combinations to look for gaps in it.', table.id);
    return;
  }
  const used = new Set(coverage.boxes.flatMap(({ rules }) => (first ? rules.slice(0, 1) : rules)));
  table.rules.forEach((rule, i) => {
    const asksNull = rule.when.some((cell) => /\bnull\b/.test(cell));
    if (!used.has(i) && !asksNull)
      to.warn(
        'unreachable',
        `The rule can never take effect${first ? ': the rules above it cover all of it, or it asks for' : ': it asks for'} impossible values.`,
        table.id,
        rule.id,
      );
  });
  if (!first) return;
  inspectOverlaps(table, coverage.boxes, to);
  const gaps = coverage.boxes.filter(
    ({ rules, samples }) => rules.length === 0 && !declined(new Map(table.inputs.map((name, i) => [name, samples[i]]))),
  );
  if (gaps.length > 0) to.warn('gap', `No rule covers: ${listed(gaps.map(({ text }) => text))}. There the decision is a refer.`, table.id);
}

/** Whether the cutoff table declines (or refers) there already: where nothing is approved, no price is owed. */
function declinedBy(cutoffs: readonly CompiledTable[], samples: Map<string, unknown>): boolean {
  return cutoffs.some(({ table, rules }) => {
    if (!table.inputs.every((name) => samples.has(name))) return false;
    const values = table.inputs.map((name) => samples.get(name) as number | string | null);
    const rule = rules.find(({ tests }) => tests.every(({ input, test }) => test(values[input] ?? null) === 'yes'));
    return rule !== undefined && rule.rule.outcome !== 'approve';
  });
}

function inspectWhole(policy: Policy, to: Findings): void {
  if (policy.validFrom > policy.expiresOn) to.error('structure', 'The policy expires before it becomes valid.');
  if (policy.referBand.low > policy.referBand.high) to.error('structure', 'The refer band ends below where it begins.');
  for (const id of twice(policy.tables.map((table) => table.id))) to.error('structure', `Two tables have the id ${id}.`, id);
  const purposes = policy.tables.map((table) => table.purpose);
  if (!purposes.includes('cutoff')) to.warn('structure', 'There is no cutoff table, so this policy can never approve.');
  if (purposes.filter((purpose) => purpose === 'pricing').length > 1) to.error('structure', 'There is more than one pricing table.');
  const texts = new Map<string, string>();
  for (const { code, text } of policy.tables.flatMap(({ rules }) => rules.flatMap((rule) => rule.reason ?? []))) {
    const wording = JSON.stringify(text);
    if ((texts.get(code) ?? wording) !== wording) to.warn('structure', `The reason code ${code} has two wordings; the first is given.`);
    if (!texts.has(code)) texts.set(code, wording);
  }
}

/** @returns everything wrong or odd about a policy for this product. Any `error` refuses it; a warning is for its author. */
export function inspectPolicy(policy: Policy, tables: readonly CompiledTable[], product: ProductDefinition): PolicyFinding[] {
  const fields: Fields = new Map(product.fields.map((field) => [field.id, field]));
  const to = new Findings();
  if (policy.product !== product.product) to.error('structure', `The policy is for ${policy.product}, not for ${product.product}.`);
  inspectWhole(policy, to);
  for (const table of policy.tables) {
    inspectShape(table, to);
    inspectInputs(table, fields, to);
    for (const rule of table.rules) {
      inspectCells(table, rule, fields, to);
      inspectRule(table, rule, to);
    }
  }
  // Cover means something only where every cell can be run.
  if (to.found.some(({ level }) => level === 'error')) return to.found;
  const cutoffs = tables.filter(({ table }) => table.purpose === 'cutoff');
  for (const compiled of tables) {
    const pricing = compiled.table.purpose === 'pricing';
    inspectCover(compiled, fields, (samples) => pricing && declinedBy(cutoffs, samples), to);
  }
  return to.found;
}

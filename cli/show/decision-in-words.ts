/** One decision for a person at a terminal. */
import type { DecisionView } from '../../contract/ipc.ts';
import { textIn } from '../../contract/localised.ts';
import type { Review } from '../../contract/review.ts';
import { reviewInWords } from '../review/review-in-words.ts';

const BAR = 24;

export function decisionInWords(view: DecisionView, reviews: readonly Review[]): string {
  const { decision } = view;
  const version = (of: { name: string; version: string } | null) => (of === null ? 'none' : `${of.name} ${of.version}`);
  const lines = [
    `Entry ${view.seq}: ${decision.outcome.toUpperCase()}`,
    `decided ${view.wall} by ${view.actor} (${view.role}); application ${view.applicationId}`,
    `product ${version(view.product)}, model ${version(view.model)}, policy ${version(view.policy)}`,
    `probability of default ${shown(decision.pd, 4)}, score ${shown(decision.score, 1)}${bandOf(view)}`,
    '',
    ...section(
      'Reviewed: the last holds',
      reviews.flatMap((review) => [reviewInWords(review), ...(review.note === null ? [] : [`  ${printable(review.note)}`])]),
    ),
    ...section(
      'Reasons',
      decision.reasons.map(({ code, text }) => `${text.en} (${code})`),
    ),
    ...section(
      'To be looked at by a person',
      decision.doubts.map(({ cause }) => cause),
    ),
    ...section('What moved the probability of default (+ raises it)', contributions(view)),
    ...section('Rules that held', rulesThatHeld(view)),
    ...section(
      'Entered',
      Object.entries(view.inputs).map(([id, value]) => `${id}: ${value ?? '(not given)'}`),
    ),
    ...section(
      'Kept apart, never scored',
      Object.entries(view.protected).map(([id, value]) => `${id}: ${value ?? '(not given)'}`),
    ),
    ...section(
      'Applicant',
      Object.entries(view.identity ?? {}).map(([id, value]) => `${id}: ${printable(value)}`),
    ),
    `stored as entry ${view.seq}, leaf hash ${view.leafHash}`,
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`), ''];
}

function shown(value: number | null, digits: number): string {
  return value === null ? 'none' : value.toFixed(digits);
}

function bandOf({ referBand }: DecisionView): string {
  return referBand === null ? '' : ` (refer band ${referBand.low} to ${referBand.high})`;
}

function contributions({ decision, characteristics }: DecisionView): string[] {
  const given = decision.explanation?.contributions ?? [];
  const largest = Math.max(...given.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const labels = new Map(characteristics?.map(({ id, label }) => [id, textIn(label, 'en')]));
  return [...given]
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .map(({ characteristic, value, standardError }) => {
      const bar = (value < 0 ? '-' : '+').repeat(Math.round((Math.abs(value) / largest) * BAR));
      const error = standardError > 0 ? ` ± ${standardError.toFixed(4)}` : '';
      return `${(labels.get(characteristic) ?? characteristic).padEnd(34)} ${value >= 0 ? '+' : ''}${value.toFixed(4)}${error} ${bar}`;
    });
}

function rulesThatHeld({ decision }: DecisionView): string[] {
  return decision.policyTrace.flatMap(({ table, rules }) =>
    rules
      .filter(({ result }) => result === 'yes' || result === 'doubt')
      .map(({ rule, result }) => `${table}/${rule}${result === 'doubt' ? ' (in doubt)' : ''}`),
  );
}

/** A name must not be able to move the cursor of the terminal it is shown on. */
function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd');
}

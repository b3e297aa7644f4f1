/** What was stored held against what is computed now, part by part, and what may be the cause of a difference. */
import type { ReplayResult } from '../../contract/audit.ts';
import type { DecisionEntry, DecisionRecord } from '../../contract/log-entry.ts';
import type { Decided } from '../../decision/decide.ts';
import { toRecord } from '../../decision/record.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { codeVersions } from '../versions.ts';
import type { ThatDay } from './that-day.ts';

export type Difference = ReplayResult['differences'][number];

/** All of a record, in the order in which a decision comes about. */
const RECORD_PARTS = Object.keys({
  features: true,
  pd: true,
  score: true,
  affordability: true,
  policy_trace: true,
  explanation: true,
  doubts: true,
  decision: true,
  pricing: true,
  reasons: true,
} satisfies Record<keyof DecisionRecord, true>) as (keyof DecisionRecord)[];

/** Every part whose canonical JSON differs: bit for bit, since each number has one canonical text. */
export function differencesOf(entry: DecisionEntry, decided: Decided, { artefacts, challengers }: ThatDay): Difference[] {
  const found: Difference[] = [];
  const compare = (part: string, stored: unknown, computed: unknown) => {
    const [a, b] = [canonicalise(stored), canonicalise(computed)];
    if (a !== b) found.push({ part, stored: a, computed: b });
  };
  for (const part of ['product', 'model', 'policy'] as const) compare(part, entry[part], artefacts[part]);
  if ('complaints' in decided) {
    // Fields are named, never a value.
    compare('inputs', 'decided', `refused: ${Object.values(decided.complaints).join(' ')}`);
    return found;
  }
  compare('inputs', entry.inputs, decided.answers);
  compare('protected', entry.protected, decided.protected);
  const record = toRecord(decided.decision);
  for (const part of RECORD_PARTS) compare(part, entry[part], record[part]);
  // One that was too slow on that day, or failed, has no score there: that says nothing of the others, nor of the decision.
  const scored = Object.keys(entry.shadow).filter((sha256) => challengers.has(sha256) && entry.shadow[sha256] !== null);
  const only = (shadow: DecisionEntry['shadow']) => Object.fromEntries(scored.map((sha256) => [sha256, shadow[sha256] ?? null]));
  compare('shadow', only(entry.shadow), only(decided.shadow));
  return found;
}

const VERSION_NAMES = { outpost: 'Outpost', node: 'Node.js', onnxruntime: 'ONNX Runtime', platform: 'The platform' } as const;

/** Programs that took part then and are others now. */
export function changedVersions({ code }: Pick<DecisionEntry, 'code'>): string[] {
  return (Object.keys(VERSION_NAMES) as (keyof typeof VERSION_NAMES)[])
    .filter((name) => code[name] !== codeVersions[name])
    .map((name) => `${VERSION_NAMES[name]} was ${code[name]} then and is ${codeVersions[name]} now.`);
}

/** Doubts that say that something failed on that day: without the failure another decision comes out. */
const FAILED_THEN: Partial<Record<string, string>> = {
  'scoring-failed': 'The model failed to score on that day, as the entry says; it scores now.',
  'explanation-failed': 'The explanation failed on that day, as the entry says; it can be made now.',
};

/** Why stored and computed may differ. */
export function causesOf(entry: DecisionEntry, decided: Decided): string[] {
  const now = 'complaints' in decided ? [] : decided.decision.doubts.map(({ kind }) => kind);
  const failed = entry.doubts.flatMap(({ kind }) => (now.includes(kind) ? [] : (FAILED_THEN[kind] ?? [])));
  const causes = [...new Set(failed), ...changedVersions(entry)];
  return causes.length > 0
    ? causes
    : ['Program, runtime and platform are those of that day: what is stored is not what they decide from these inputs.'];
}

/** The first decisions of a model that has just become active: where it fails in them, the one before comes back. */
import type { DecisionEntry } from '../../contract/log-entry.ts';
import type { Activation } from '../../db/activations.ts';
import { listDecisionsAfter } from '../../db/decisions.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';

/** So many decisions are watched, and so many of them may be failures of the model before it goes. Each failure is a refer, never an approval. */
export const WATCHED = 20;
export const MOST_FAILURES = 2;

/** Decisions in flight are still the model's before; they stand among the new one's. */
const LOOKED_AT = 3 * WATCHED;

/** What came from elsewhere and was never proven here. Whoever came back was. */
const WATCHED_CAUSES: readonly Activation['cause'][] = ['released', 'scheduled', 'switched'];
const MODEL_FAILED: readonly string[] = ['scoring-failed', 'explanation-failed'];

/**
 * Read from the log, so that a restart begins no new count.
 * @returns `proven`: it need not be watched (any more)
 */
export function firstDecisions(reader: Reader, champion: Activation): { verdict: 'proven' | 'watched' | 'failing'; failed: number } {
  if (!WATCHED_CAUSES.includes(champion.cause)) return { verdict: 'proven', failed: 0 };
  const own = listDecisionsAfter(reader, champion.product, champion.seq, LOOKED_AT)
    .flatMap((seq) => entryOf(reader, seq) ?? [])
    .filter(({ model }) => model?.sha256 === champion.sha256)
    .slice(0, WATCHED);
  const failed = own.filter(({ doubts }) => doubts.some(({ kind }) => MODEL_FAILED.includes(kind))).length;
  if (failed > MOST_FAILURES) return { verdict: 'failing', failed };
  return { verdict: own.length < WATCHED ? 'watched' : 'proven', failed };
}

function entryOf(reader: Reader, seq: number): DecisionEntry | null {
  const stored = getEntry(reader, seq);
  return stored === null ? null : (JSON.parse(stored.bytes.toString('utf8')) as DecisionEntry);
}

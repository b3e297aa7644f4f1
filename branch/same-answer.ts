/** Whether another thread's answers may be stored: they belong to the questions, and one of them is decided here again. */
import type { Application } from '../contract/application.ts';
import { Failed } from '../contract/failure.ts';
import { canonicalise } from '../ledger/canonical-json.ts';
import { addedLength, type EncodedParts, joinParts } from '../ledger/canonical-parts.ts';
import { type DecidedApplication, type Deciding, decideApplications } from './decide-applications.ts';
import { answeredWrongly } from './deciding-worker.ts';

/**
 * The same code decides on both threads: what differs is a fault of memory, runtime or disk, and shows in any row.
 * @throws Failed `model-check-failed`
 */
export async function requireSameAnswer(
  deciding: Deciding,
  applications: readonly Application[],
  today: string,
  answers: readonly DecidedApplication[],
): Promise<void> {
  const belongs = (answer: DecidedApplication, i: number) =>
    'complaints' in answer || answer.applicationId === applications[i]?.applicationId;
  if (answers.length !== applications.length || !answers.every(belongs)) throw new Failed(answeredWrongly());
  // Another one in each group, and told by the group alone.
  const pick = (Number.parseInt(applications[0]!.applicationId.slice(-6), 16) * 7919) % applications.length;
  const [again] = await decideApplications(deciding, [applications[pick]!], today);
  const unscored = [again!, answers[pick]!].flatMap((answer) => ('complaints' in answer ? [] : answer.unscored));
  if (comparable(again!, unscored) !== comparable(answers[pick]!, unscored)) throw new Failed(answeredWrongly());
}

/**
 * All of an answer but the sealed identity, whose key is another one each time, and the scores of challengers that were too slow on one of the threads.
 */
function comparable(answer: DecidedApplication, unscored: readonly string[]): string {
  if ('complaints' in answer) return canonicalise(answer);
  const { parts, applicationId, row, reasons } = answer;
  const { pii, shadow, ...entry } = JSON.parse(unstamped(parts)) as Record<string, unknown>;
  const scores = Object.entries(shadow as Record<string, unknown>).filter(([sha256]) => !unscored.includes(sha256));
  const { shadow: _, ...listed } = row;
  return canonicalise({ entry, scores, isNamed: pii !== null, applicationId, row: listed, reasons });
}

/** The entry's text with nothing in its stamp's places. */
function unstamped(parts: EncodedParts): string {
  const members = Array.from(parts.ends.subarray(1), (_, i) => Buffer.from(`"_${i}":0`));
  const bytes = Buffer.alloc(parts.text.length + addedLength(members));
  return bytes.toString('utf8', 0, joinParts(parts, members, bytes, 0));
}

/** Applications → decisions written out for the log, on whichever thread: all of a batch that needs no database. */
import type { Application } from '../contract/application.ts';
import { decisionEntry } from './decision-entry.ts';
import { type WrittenDecision, writeDecision } from './log/written-decision.ts';
import type { Branch } from './open-branch.ts';
import type { ReadyProduct } from './ready-product.ts';

/** What decides, and whom the log names as having decided. */
export type Deciding = Pick<ReadyProduct, 'product' | 'model' | 'policy' | 'decider'> & Pick<Branch, 'actor' | 'role'>;

export type DecidedApplication =
  /** `reasons`: `source:CODE`. `unscored`: digests of challengers that gave it no score. */
  | (WrittenDecision & { reasons: string[]; unscored: string[] })
  /** The application is not valid and was not decided. By field id. */
  | { complaints: Record<string, string> };

/**
 * Nothing is stored.
 * @param today the calendar day, YYYY-MM-DD, UTC
 * @returns one answer per application, in order
 */
export async function decideApplications(
  deciding: Deciding,
  applications: readonly Application[],
  today: string,
): Promise<DecidedApplication[]> {
  const answers = await deciding.decider.decideAll(applications, { today, explain: true });
  return answers.map((answer, i) => {
    if ('complaints' in answer) return answer;
    const { entry, record } = decisionEntry(deciding, deciding, applications[i]!, answer);
    return { ...writeDecision(entry), reasons: record.reasons, unscored: unscoredIn(answer.shadow) };
  });
}

/** Challengers without a score in a decision's shadow. */
export function unscoredIn(shadow: Readonly<Record<string, number | null>>): string[] {
  const unscored: string[] = [];
  for (const sha256 in shadow) if (shadow[sha256] === null) unscored.push(sha256);
  return unscored;
}

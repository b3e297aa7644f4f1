import type { DecisionFilter, DecisionRow } from '../contract/decision-list.ts';
import { countDecisions, listDecisions } from '../db/decisions.ts';
import type { Branch } from './open-branch.ts';
import { seesAllDecisions } from './see-decision.ts';

/** A page of the decisions that match and that the person may see, newest first, and how many those are in all. */
export function pageOfDecisions(
  branch: Branch,
  filter: DecisionFilter,
  offset: number,
  limit: number,
): { rows: DecisionRow[]; total: number } {
  const sought = { ...filter, actor: seesAllDecisions(branch) ? null : branch.actor };
  const { db } = branch.log;
  return { rows: listDecisions(db, sought, offset, limit), total: countDecisions(db, sought) };
}

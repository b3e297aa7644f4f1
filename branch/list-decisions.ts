import type { DecisionFilter, DecisionRow } from '../contract/decision-list.ts';
import { countDecisions, listDecisions } from '../db/decisions.ts';
import type { Reader } from '../db/handle.ts';

/** A page of the decisions that match, newest first, and how many match in all. */
export function pageOfDecisions(
  reader: Reader,
  filter: DecisionFilter,
  offset: number,
  limit: number,
): { rows: DecisionRow[]; total: number } {
  return { rows: listDecisions(reader, filter, offset, limit), total: countDecisions(reader, filter) };
}

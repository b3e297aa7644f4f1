/** What people and programs of head office did, row by row; no statement of this program changes or removes one. */
import { randomUUID } from 'node:crypto';
import type { Sql } from './store/store.ts';

export interface Action {
  /** An operator's account, the system's user at the command line (`cli:<user>`), or `receiver`. */
  who: string;
  /** kebab-case verb and noun: `issue-branch-file`, `see-decision`. */
  what: string;
  /** Names and numbers; never an applicant's values. */
  detail: Record<string, string | number | null>;
}

/** To be called in the transaction of what was done. */
export async function recordAction(sql: Sql, { who, what, detail }: Action): Promise<void> {
  await sql.query('INSERT INTO actions (action, who, what, detail) VALUES ($1, $2, $3, $4)', [
    randomUUID(),
    who,
    what,
    JSON.stringify(detail),
  ]);
}

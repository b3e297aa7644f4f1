/** The auditor's list by SQL alone, as one would write it by hand. */
import type { LogFilter } from '../../../contract/audit.ts';
import type { Reader } from '../../../db/handle.ts';

export interface BareList {
  count(filter: Filter): number;
  page(filter: Filter, offset: number, limit: number): unknown[];
  /** Rows from `from` to before `to`. */
  between(from: number, to: number): unknown[];
  byMonth(): unknown[];
}

type Filter = Pick<LogFilter, 'outcomes' | 'product' | 'from' | 'to'>;

// Each half has the conditions: SQLite then merges two walks in the order of `seq`, and stops at the limit.
const both = (where: string) => `SELECT seq, 'decision' AS type, wall, actor, outcome, product, model_version AS modelVersion,
    policy_version AS policyVersion, NULL AS override, NULL AS about, reasons AS detail FROM decisions ${where}
  UNION ALL SELECT seq, type, wall, actor, outcome, NULL AS product, NULL, NULL, override, about, detail FROM events ${eventsOnly(where)}`;
const counted = (where: string) =>
  `SELECT (SELECT count(*) FROM decisions ${where}) + (SELECT count(*) FROM events ${eventsOnly(where)}) AS n`;
/** Nothing but a decision has a product. */
const eventsOnly = (where: string) => where.replace('product = ?', 'NULL = ?');

export function bareList({ sqlite }: Reader): BareList {
  const statements = new Map<string, ReturnType<typeof sqlite.prepare>>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    count(filter) {
      const { where, values } = conditions(filter);
      // Without a filter every entry counts, and those are counted without reading a row.
      const sql = where === '' ? 'SELECT max(seq) + 1 AS n FROM entries' : counted(where);
      return (prepared(sql).get(...(where === '' ? [] : [...values, ...values])) as { n: number }).n;
    },
    page(filter, offset, limit) {
      const { where, values } = conditions(filter);
      return prepared(`${both(where)} ORDER BY seq DESC LIMIT ? OFFSET ?`).all(...values, ...values, limit, offset);
    },
    between: (from, to) => prepared(`${both('WHERE seq >= ? AND seq < ?')} ORDER BY seq DESC`).all(from, to, from, to),
    byMonth: () =>
      prepared(`SELECT substr(wall, 1, 7) AS month, outcome, count(*) AS n
        FROM (SELECT wall, outcome FROM decisions UNION ALL SELECT wall, outcome FROM events) GROUP BY month, outcome`).all(),
  };
}

function conditions({ outcomes, product, from, to }: Filter): { where: string; values: (string | number)[] } {
  const clauses: [string, ...string[]][] = [];
  if (outcomes !== undefined) clauses.push([`outcome IN (${outcomes.map(() => '?').join(', ')})`, ...outcomes]);
  if (product !== undefined) clauses.push(['product = ?', product]);
  if (from !== undefined) clauses.push(['wall >= ?', from]);
  if (to !== undefined) clauses.push(['wall < ?', `${to}~`]);
  return {
    where: clauses.length === 0 ? '' : `WHERE ${clauses.map(([sql]) => sql).join(' AND ')}`,
    values: clauses.flatMap(([, ...values]) => values),
  };
}

/** The list of branches: filtered, sorted, a page at a time. */
import type { SqlValue, Store } from '../store/store.ts';
import { BRANCH_STATES, type BranchState, FLEET, fleetValues, oneOf } from './fleet-rows.ts';

export const BRANCHES_A_PAGE = 100;

/** Of these and no other: an order is written into the statement. */
const ORDERS = {
  branch: 'branch',
  contact: 'contact_at ASC NULLS FIRST, branch',
  unsent: 'unsent DESC NULLS LAST, branch',
  alarms: 'alarms DESC, branch',
} as const;
export type BranchOrder = keyof typeof ORDERS;

export interface BranchFilter {
  text: string;
  tag: string;
  state: BranchState | '';
  /** `name version` of anything in place, or `app version`. */
  version: string;
  order: BranchOrder;
  /** From 1. */
  page: number;
}

export interface BranchRow {
  branch: string;
  name: string;
  tags: string[];
  log_no: number | null;
  size: number | null;
  contact_at: Date | null;
  app: string | null;
  alarms: number;
  unsent: number | null;
  state: BranchState;
}

export interface ListedBranch extends BranchRow {
  placed: Placed[];
  alarmKinds: { kind: string; n: number }[];
}

export interface Placed {
  product: string;
  place: string;
  name: string;
  version: string;
  sha256: string;
  since: Date | null;
  seq: number;
}

/** What an address says, made into a filter: whatever is not one of the known words falls to the usual. */
export function readFilter(of: (name: string) => string): BranchFilter {
  const state = of('state');
  const order = of('order');
  const page = Number(of('page'));
  return {
    text: of('text').slice(0, 80),
    tag: of('tag').slice(0, 64),
    state: Object.hasOwn(BRANCH_STATES, state) ? (state as BranchState) : '',
    version: of('version').slice(0, 200),
    order: Object.hasOwn(ORDERS, order) ? (order as BranchOrder) : 'branch',
    page: Number.isSafeInteger(page) && page > 0 && page <= 1_000_000 ? page : 1,
  };
}

function conditions({ text, tag, state, version }: BranchFilter, values: SqlValue[]): string {
  const parts: string[] = [];
  const value = (given: string) => `$${values.push(given)}`;
  if (text !== '') {
    const sought = value(text.toLowerCase());
    parts.push(`(position(${sought} IN lower(branch)) > 0 OR position(${sought} IN lower(name)) > 0)`);
  }
  if (tag !== '') parts.push(`tags @> ${value(JSON.stringify([tag]))}::jsonb`);
  if (state !== '') parts.push(`state = ${value(state)}`);
  if (version !== '') {
    const sought = value(version);
    parts.push(`(('app ' || app) = ${sought} OR log_no IN (SELECT log_no FROM in_place WHERE (name || ' ' || version) = ${sought}))`);
  }
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}

export async function listBranches(store: Store, filter: BranchFilter, now: Date): Promise<{ found: number; branches: ListedBranch[] }> {
  const values = fleetValues(now);
  const where = conditions(filter, values);
  const rows = await store.query<BranchRow & { found: number }>(
    `${FLEET} SELECT branch, name, tags, log_no, size, contact_at, app, alarms, unsent, state, count(*) OVER () AS found
     FROM fleet WHERE ${where} ORDER BY ${ORDERS[filter.order]} LIMIT ${BRANCHES_A_PAGE} OFFSET $${values.push((filter.page - 1) * BRANCHES_A_PAGE)}`,
    values,
  );
  return { found: rows[0]?.found ?? 0, branches: await withParts(store, rows) };
}

/** All that fit, for a file; as many at a time as a page has. */
export async function* eachBranch(store: Store, filter: BranchFilter, now: Date): AsyncGenerator<ListedBranch> {
  for (let page = 1; ; page++) {
    const { branches } = await listBranches(store, { ...filter, order: 'branch', page }, now);
    yield* branches;
    if (branches.length < BRANCHES_A_PAGE) return;
  }
}

async function withParts(store: Store, rows: readonly BranchRow[]): Promise<ListedBranch[]> {
  if (rows.length === 0) return [];
  const logs = JSON.stringify(rows.map(({ log_no }) => log_no).filter((no) => no !== null));
  const placed = await store.query<Placed & { log_no: number }>(
    `SELECT log_no, product, place, name, version, sha256, since, seq FROM in_place WHERE log_no IN (${oneOf('$1')}) ORDER BY product, place, name`,
    [logs],
  );
  const names = JSON.stringify(rows.map(({ branch }) => branch));
  const kinds = await store.query<{ branch: string; kind: string; n: number }>(
    `SELECT branch, kind, count(*) AS n FROM alarms
     WHERE ended_at IS NULL AND branch IN (SELECT value FROM jsonb_array_elements_text($1::jsonb) AS t(value)) GROUP BY branch, kind ORDER BY kind`,
    [names],
  );
  const placedBy = Map.groupBy(placed, ({ log_no }) => log_no);
  const kindsBy = Map.groupBy(kinds, ({ branch }) => branch);
  return rows.map((row) => ({
    ...row,
    placed: row.log_no === null ? [] : (placedBy.get(row.log_no) ?? []),
    alarmKinds: kindsBy.get(row.branch) ?? [],
  }));
}

/** Words that a filter offers. */
export async function listTags(store: Store): Promise<string[]> {
  const rows = await store.query<{ tag: string }>(
    'SELECT DISTINCT t.value AS tag FROM branches, jsonb_array_elements_text(branches.tags) AS t(value) ORDER BY 1 LIMIT 200',
  );
  return rows.map(({ tag }) => tag);
}

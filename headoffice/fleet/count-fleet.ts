/** What the overview counts. */
import type { Store } from '../store/store.ts';
import { FLEET, fleetValues } from './fleet-rows.ts';

const DAY_MS = 24 * 3_600_000;
export const CHART_DAYS = 30;
/** Decisions of 30 days are hundreds of thousands of rows in a large fleet: asked for at most this often by one process. */
const DECISIONS_KEPT_MS = 60_000;

export interface FleetCounts {
  branches: number;
  inContact: number;
  today: number;
  silent: number;
  waiting: number;
  frozen: number;
  closed: number;
  unsent: number;
}

/** Closed branches are counted as such and nowhere else. */
export async function countFleet(store: Store, now: Date): Promise<FleetCounts> {
  const [row] = await store.query<FleetCounts>(
    `${FLEET} SELECT count(*) AS branches,
      count(*) FILTER (WHERE state = 'in-contact') AS "inContact",
      count(*) FILTER (WHERE state <> 'closed' AND contact_at >= $3) AS today,
      count(*) FILTER (WHERE state = 'silent') AS silent,
      count(*) FILTER (WHERE state = 'waiting') AS waiting,
      count(*) FILTER (WHERE state = 'frozen') AS frozen,
      count(*) FILTER (WHERE state = 'closed') AS closed,
      coalesce(sum(unsent) FILTER (WHERE state <> 'closed'), 0) AS unsent
     FROM fleet`,
    [...fleetValues(now), new Date(now.getTime() - DAY_MS)],
  );
  return row!;
}

export interface AlarmCount {
  kind: string;
  open: number;
  unseen: number;
}

export async function countAlarms(store: Store): Promise<AlarmCount[]> {
  return await store.query<AlarmCount>(
    'SELECT kind, count(*) AS open, count(*) FILTER (WHERE seen_at IS NULL) AS unseen FROM alarms WHERE ended_at IS NULL GROUP BY kind ORDER BY open DESC, kind',
  );
}

export interface DecisionCount {
  day: string;
  product: string;
  model: string;
  outcome: string;
  decisions: number;
}

/** @param log_no null: of the whole fleet */
export async function countDecisions(store: Store, from: string, to: string, branch: string | null): Promise<DecisionCount[]> {
  const of = branch === null ? '' : 'AND log_no IN (SELECT log_no FROM logs WHERE branch = $3)';
  return await store.query<DecisionCount>(
    `SELECT day, product, model, outcome, sum(decisions) AS decisions FROM daily_decisions
     WHERE day >= $1::date AND day <= $2::date ${of} GROUP BY day, product, model, outcome ORDER BY day`,
    branch === null ? [from, to] : [from, to, branch],
  );
}

const kept = new WeakMap<Store, { at: number; day: string; counts: Promise<DecisionCount[]> }>();

/** Of the last 30 days. People who look at the same minute share one count. */
export async function recentDecisions(store: Store, now: Date): Promise<DecisionCount[]> {
  const days = chartDays(now);
  const known = kept.get(store);
  if (known !== undefined && known.day === days.at(-1) && Math.abs(now.getTime() - known.at) < DECISIONS_KEPT_MS) return await known.counts;
  const counts = countDecisions(store, days[0]!, days.at(-1)!, null);
  kept.set(store, { at: now.getTime(), day: days.at(-1)!, counts });
  counts.catch(() => kept.delete(store));
  return await counts;
}

/** YYYY-MM-DD, the oldest first. */
export function chartDays(now: Date): string[] {
  return Array.from({ length: CHART_DAYS }, (_, i) => new Date(now.getTime() - (CHART_DAYS - 1 - i) * DAY_MS).toISOString().slice(0, 10));
}

export interface Rollout {
  product: string;
  place: string;
  name: string;
  version: string;
  branches: number;
}

/** How many branches have which version of what: of their present logs, closed branches left out. */
export async function countRollout(store: Store, now: Date): Promise<Rollout[]> {
  const placed = await store.query<Rollout>(
    `${FLEET} SELECT i.product, i.place, i.name, i.version, count(*) AS branches
     FROM in_place i JOIN fleet f ON f.log_no = i.log_no WHERE f.closed_at IS NULL AND i.place <> 'app'
     GROUP BY i.product, i.place, i.name, i.version`,
    fleetValues(now),
  );
  const apps = await store.query<Rollout>(
    `${FLEET} SELECT '' AS product, 'app' AS place, 'app' AS name, app AS version, count(*) AS branches
     FROM fleet WHERE closed_at IS NULL AND app IS NOT NULL GROUP BY app`,
    fleetValues(now),
  );
  return [...apps, ...placed];
}

/** How long the fleet page's questions take over 10,000 branches and thirty days. */
import { chartDays, countAlarms, countDecisions, countFleet, countRollout } from '../../../headoffice/fleet/count-fleet.ts';
import { listBranches, readFilter } from '../../../headoffice/fleet/list-branches.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { FLEET_NOW } from '../../support/fleet-of-branches.ts';
import { type Spread, spreadOf } from '../measure/interleave.ts';

const TIMES = 7;

export interface Asked {
  what: string;
  ms: Spread;
}

export async function timePages(store: Store): Promise<Asked[]> {
  const now = new Date(FLEET_NOW);
  const days = chartDays(now);
  const branches = (given: Record<string, string>) =>
    listBranches(
      store,
      readFilter((name) => given[name] ?? ''),
      now,
    );
  const questions: [string, () => Promise<unknown>][] = [
    ['overview: branches by state, unsent', () => countFleet(store, now)],
    ['overview: open alarms', () => countAlarms(store)],
    ['overview: versions in place', () => countRollout(store, now)],
    ['overview: decisions of thirty days (kept for a minute)', () => countDecisions(store, days[0]!, days.at(-1)!, null)],
    ['branches: the first page', () => branches({})],
    ['branches: the last page', () => branches({ page: '100' })],
    ['branches: most unsent first', () => branches({ order: 'unsent' })],
    ['branches: silent ones', () => branches({ state: 'silent', order: 'contact' })],
    ['branches: by a part of the name', () => branches({ text: 'kelso' })],
    ['branches: by a version', () => branches({ version: 'instalment-loan-champion 1.0.0' })],
  ];
  const asked: Asked[] = [];
  for (const [what, ask] of questions) {
    await ask();
    const times: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const began = performance.now();
      await ask();
      times.push(performance.now() - began);
    }
    asked.push({ what, ms: spreadOf(times) });
  }
  return asked;
}

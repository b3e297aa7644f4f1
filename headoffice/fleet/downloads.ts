/** What people take away: counts for all, predictions for auditors. */
import { Readable } from 'node:stream';
import { recordAction } from '../actions.ts';
import { csvLine } from '../csv-line.ts';
import { checkQuestion, type ExportFormat, exportPredictions } from '../feeds/export-predictions.ts';
import { mayDo } from '../operators/permissions.ts';
import { CHART_DAYS, chartDays, countDecisions } from './count-fleet.ts';
import { html } from './html.ts';
import { eachBranch, readFilter } from './list-branches.ts';
import type { PageParts } from './page.ts';
import { type FleetOptions, queryOf, type Visit } from './visit.ts';

export async function downloadsPage({ now }: FleetOptions, { who }: Visit): Promise<PageParts> {
  const days = chartDays(new Date(now()));
  const range = html`<label>From <input type="date" name="from" value="${days[0]}" required></label><label>To <input type="date" name="to" value="${days.at(-1)}" required></label>`;
  return {
    title: 'Downloads',
    at: '/fleet/downloads',
    body: html`<section class="panel" aria-labelledby="branches"><h2 id="branches">Branches</h2><p class="note">One row for each branch: state, last contact, entries held, the estimate of unsent ones, versions, open alarms.</p><p><a class="button" href="/fleet/downloads/branches.csv" download>branches.csv</a></p></section>
<section class="panel" aria-labelledby="counts"><h2 id="counts">Decisions by day</h2><p class="note">Counts by day of the branch’s own clock, product, model and outcome, over the whole fleet: no applicant in them. The form proposes the last ${CHART_DAYS} days.</p>
<form class="filter" method="get" action="/fleet/downloads/decisions-by-day.csv">${range}<button>decisions-by-day.csv</button></form></section>
${
  mayDo(who.role, 'see-decisions')
    ? html`<section class="panel" aria-labelledby="predictions"><h2 id="predictions">Predictions</h2><p class="note">Every decision that was received in these days (UTC), one row each, without the applicant’s identity. A day is complete a minute after it has ended and never changes. Columns: docs/feeds.md. That you take it is recorded.</p>
<form class="filter" method="get" action="/fleet/downloads/predictions">${range}<label>Product <input name="product" placeholder="all" maxlength="64"></label><label>Format <select name="format"><option value="csv">CSV</option><option value="parquet">Parquet</option></select></label><button>Download</button></form></section>`
    : null
}`,
  };
}

const BRANCH_COLUMNS = [
  'branch',
  'name',
  'tags',
  'state',
  'last_contact',
  'entries_held',
  'unsent_estimate',
  'app',
  'models',
  'challengers',
  'policies',
  'open_alarms',
];

export async function giveBranches({ store, now }: FleetOptions, { reply }: Visit): Promise<unknown> {
  reply.header('content-disposition', 'attachment; filename="branches.csv"').type('text/csv; charset=utf-8');
  return await reply.send(Readable.from(branchLines(store, new Date(now()))));
}

async function* branchLines(store: FleetOptions['store'], now: Date): AsyncGenerator<string> {
  yield csvLine(BRANCH_COLUMNS);
  for await (const { branch, name, tags, state, contact_at, size, unsent, app, placed, alarmKinds } of eachBranch(
    store,
    readFilter(() => ''),
    now,
  )) {
    const versions = (place: string) =>
      placed
        .filter((one) => one.place === place)
        .map(({ product, name, version }) => `${product}: ${name} ${version}`)
        .join('; ');
    const alarms = alarmKinds.map(({ kind, n }) => (n > 1 ? `${kind} x${n}` : kind)).join('; ');
    yield csvLine([
      branch,
      name,
      tags.join('; '),
      state,
      contact_at?.toISOString() ?? null,
      size,
      unsent,
      app,
      versions('champion'),
      versions('challenger'),
      versions('policy'),
      alarms,
    ]);
  }
}

/** @throws Failed usage */
export async function giveDailyCounts({ store }: FleetOptions, { request, reply }: Visit): Promise<unknown> {
  const { from, to } = checkQuestion({ from: queryOf(request, 'from'), to: queryOf(request, 'to'), product: null });
  const counts = await countDecisions(store, from, to, null);
  const lines = counts.map(({ day, product, model, outcome, decisions }) => csvLine([day, product, model, outcome, decisions]));
  reply.header('content-disposition', `attachment; filename="decisions-${from}-${to}.csv"`).type('text/csv; charset=utf-8');
  return await reply.send(csvLine(['day', 'product', 'model', 'outcome', 'decisions']) + lines.join(''));
}

/** @throws Failed usage */
export async function givePredictions({ store }: FleetOptions, { request, reply, who }: Visit): Promise<unknown> {
  const product = queryOf(request, 'product').trim().slice(0, 64);
  const question = checkQuestion({ from: queryOf(request, 'from'), to: queryOf(request, 'to'), product: product === '' ? null : product });
  const format: ExportFormat = queryOf(request, 'format') === 'parquet' ? 'parquet' : 'csv';
  await recordAction(store, {
    who: who.operator,
    what: 'export-predictions',
    detail: { from: question.from, to: question.to, product: question.product, format },
  });
  reply
    .header('content-disposition', `attachment; filename="predictions-${question.from}-${question.to}.${format}"`)
    .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet');
  return await reply.send(Readable.from(exportPredictions(store, format, question), { objectMode: false }));
}

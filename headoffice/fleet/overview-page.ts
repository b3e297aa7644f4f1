/** The first page: is the fleet well? */
import { dailyChart, outcomeTable, shareBar } from './charts.ts';
import {
  type AlarmCount,
  CHART_DAYS,
  chartDays,
  countAlarms,
  countFleet,
  countRollout,
  type FleetCounts,
  type Rollout,
  recentDecisions,
} from './count-fleet.ts';
import { SILENT_AFTER_DAYS } from './fleet-rows.ts';
import { type Html, html } from './html.ts';
import type { PageParts } from './page.ts';
import type { FleetOptions } from './visit.ts';
import { alarmMark, number, share } from './words.ts';

/** Versions of one thing that are told one by one. */
const MOST_VERSIONS = 8;

export async function overviewPage({ store, now }: FleetOptions): Promise<PageParts> {
  const at = new Date(now());
  const [counts, alarms, rollout, decisions] = [
    await countFleet(store, at),
    await countAlarms(store),
    await countRollout(store, at),
    await recentDecisions(store, at),
  ];
  if (counts.branches === 0) return { title: 'Overview', at: '/fleet', body: noBranchYet() };
  return {
    title: 'Overview',
    at: '/fleet',
    body: html`${tiles(counts, alarms)}
<section class="panel" aria-labelledby="by-day"><h2 id="by-day">Decisions by day, last ${CHART_DAYS} days</h2>${dailyChart(chartDays(at), decisions)}</section>
${
  decisions.length === 0
    ? null
    : html`<div class="panels wide"><section class="panel" aria-labelledby="by-product"><h2 id="by-product">By product</h2>${outcomeTable(`Decisions of the last ${CHART_DAYS} days`, 'Product', decisions, ({ product }) => product)}</section>
<section class="panel" aria-labelledby="by-model"><h2 id="by-model">By model</h2>${outcomeTable(`By the model that scored; none: decided without a score`, 'Model', decisions, ({ model }) => model)}</section></div>`
}
<section class="panel" aria-labelledby="rollout"><h2 id="rollout">Rollout</h2>${rolloutTables(rollout)}</section>`,
  };
}

/** Empty on the first day: says what to do. */
export function noBranchYet(): Html {
  return html`<div class="panel empty"><h2>No branch yet</h2>
<p>A branch appears here when a branch file was made for it. Make one with</p>
<p><code>outpost headoffice branch add NAME</code></p>
<p>and take it to the PC, which enrols itself with <code>outpost branch enrol FILE</code> or on its first screen. See docs/fleet.md.</p></div>`;
}

function tiles(counts: FleetCounts, alarms: readonly AlarmCount[]): Html {
  const unseen = alarms.reduce((sum, { unseen }) => sum + unseen, 0);
  const open = alarms.reduce((sum, { open }) => sum + open, 0);
  const inUse = counts.branches - counts.closed;
  return html`<ul class="tiles">
<li class="tile"><span class="soft">Heard of in 24 h</span><span class="figure">${number(counts.today)}</span><span class="soft">of ${number(inUse)} in use</span></li>
<li class="tile${counts.silent > 0 ? ' bad' : ''}"><span class="soft">Silent over ${SILENT_AFTER_DAYS} days</span><span class="figure">${number(counts.silent)}</span><a href="/fleet/branches?state=silent&amp;order=contact">Which</a></li>
<li class="tile"><span class="soft">Not enrolled yet</span><span class="figure">${number(counts.waiting)}</span><a href="/fleet/branches?state=waiting">Which</a></li>
<li class="tile"><span class="soft">Unsent (estimate)</span><span class="figure">≈ ${number(counts.unsent)}</span><a href="/fleet/branches?order=unsent">By branch</a></li>
${counts.frozen === 0 ? null : html`<li class="tile bad"><span class="soft">Frozen logs</span><span class="figure">${number(counts.frozen)}</span><a href="/fleet/branches?state=frozen">Which</a></li>`}
<li class="tile wide${unseen > 0 ? ' bad' : ''}"><span class="soft">Open alarms</span><span class="figure">${number(open)}</span><span>${alarms.length === 0 ? html`<span class="soft">none</span>` : alarms.map(({ kind, open }) => html`<a href="/fleet/alarms?kind=${kind}">${alarmMark(kind, open)}</a>`)}</span></li>
</ul>`;
}

const PLACES: readonly { place: string; title: string }[] = [
  { place: 'app', title: 'Program' },
  { place: 'champion', title: 'Model that decides' },
  { place: 'challenger', title: 'Model in shadow' },
  { place: 'policy', title: 'Policy' },
  { place: 'product', title: 'Product' },
];

/** Version by version: how many of the branches that have this thing at all have which of it. */
function rolloutTables(rollout: readonly Rollout[]): Html {
  if (rollout.length === 0) return html`<p class="soft">Known as soon as the first branch has sent its log.</p>`;
  return html`<div class="scroll"><table><caption>Share of branches by the version that is in place there</caption>
<thead><tr><th scope="col">What</th><th scope="col">Version</th><th scope="col" class="right">Branches</th><th scope="col" class="right">Share</th><td></td></tr></thead>
<tbody>${PLACES.flatMap(({ place, title }) => {
    const things = Map.groupBy(
      rollout.filter((row) => row.place === place),
      ({ product }) => product,
    );
    return [...things].sort(([a], [b]) => a.localeCompare(b)).flatMap(([product, rows]) => versionRows(title, product, rows));
  })}</tbody></table></div>`;
}

function versionRows(title: string, product: string, rows: readonly Rollout[]): Html[] {
  const whole = rows.reduce((sum, { branches }) => sum + branches, 0);
  const sorted = [...rows].sort((a, b) => b.branches - a.branches);
  const rest = sorted.slice(MOST_VERSIONS);
  const lines = sorted.slice(0, MOST_VERSIONS).map(({ name, version, branches }) => ({
    what: html`<a href="/fleet/branches?version=${encodeURIComponent(`${name} ${version}`)}">${name === 'app' ? version : `${name} ${version}`}</a>`,
    branches,
  }));
  if (rest.length > 0)
    lines.push({
      what: html`<span class="soft">${number(rest.length)} other versions</span>`,
      branches: rest.reduce((sum, { branches }) => sum + branches, 0),
    });
  return lines.map(({ what, branches }, i) => {
    const head = html`<th scope="rowgroup" rowspan="${lines.length}">${title}${product === '' ? null : html` <span class="soft">${product}</span>`}</th>`;
    return html`<tr>${i === 0 ? head : null}<td>${what}</td><td class="right">${number(branches)}</td><td class="right">${share(branches, whole)}</td><td>${shareBar(branches, whole)}</td></tr>`;
  });
}

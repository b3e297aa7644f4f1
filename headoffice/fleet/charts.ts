/** Charts as SVG, drawn here: they work without scripts, print, and each has its numbers as a table beside it. */
import type { DecisionCount } from './count-fleet.ts';
import { type Html, html } from './html.ts';
import { day, number, outcomeMark } from './words.ts';

const OUTCOMES = ['approve', 'refer', 'decline', 'other'] as const;
type Shown = (typeof OUTCOMES)[number];

const WIDTH = 900;
const HEIGHT = 190;
const LEFT = 52;
const TOP = 10;
const BOTTOM = 24;

type ByOutcome = Record<Shown, number>;

/** Decisions by day, stacked by outcome. */
export function dailyChart(days: readonly string[], counts: readonly DecisionCount[]): Html {
  const by = byDay(days, counts);
  const most = Math.max(0, ...[...by.values()].map(total));
  if (most === 0)
    return html`<p class="empty">No decisions in these ${days.length} days. They are counted as branches send them, under the day of the branch’s own clock.</p>`;
  const top = roundUp(most);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Decisions by day and outcome; the table below has the numbers">
${[0, top / 2, top].map((value) => gridLine(value, top))}
${days.map((name, i) => stack(name, i, days.length, by.get(name)!, top))}
</svg>
${legend([...by.values()].some(({ other }) => other > 0))}
<details><summary>Show as a table</summary><div class="scroll"><table>
<caption>Decisions by day of the branch’s own clock</caption>
<thead><tr><th scope="col">Day</th><th scope="col" class="right">Approve</th><th scope="col" class="right">Refer</th><th scope="col" class="right">Decline</th><th scope="col" class="right">All</th></tr></thead>
<tbody>${days.toReversed().map((name) => dayRow(name, by.get(name)!))}</tbody></table></div></details>`;
}

function byDay(days: readonly string[], counts: readonly DecisionCount[]): Map<string, ByOutcome> {
  const by = new Map(days.map((name) => [name, { approve: 0, refer: 0, decline: 0, other: 0 }]));
  for (const { day: name, outcome, decisions } of counts) {
    const shown = OUTCOMES.find((known) => known === outcome) ?? 'other';
    const row = by.get(name);
    if (row !== undefined) row[shown] += decisions;
  }
  return by;
}

function total(row: ByOutcome): number {
  return row.approve + row.refer + row.decline + row.other;
}

/** A round number whose half is round too. */
function roundUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return Math.max(2, power * ([1, 2, 3, 4, 6, 8, 10].find((step) => step * power >= most) ?? 10));
}

function yOf(value: number, top: number): number {
  return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
}

function gridLine(value: number, top: number): Html {
  const y = yOf(value, top).toFixed(1);
  return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${Number(y) + 4}" text-anchor="end">${number(value)}</text>`;
}

function stack(name: string, i: number, n: number, row: ByOutcome, top: number): Html {
  const step = (WIDTH - LEFT) / n;
  const x = LEFT + i * step;
  let below = 0;
  const bars = OUTCOMES.filter((outcome) => row[outcome] > 0).map((outcome) => {
    const y = yOf(below + row[outcome], top);
    const height = yOf(below, top) - y;
    below += row[outcome];
    return html`<rect class="bar-${outcome}" x="${(x + step * 0.15).toFixed(1)}" y="${y.toFixed(1)}" width="${(step * 0.7).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  const title = `${day(name)}: ${number(row.approve)} approve, ${number(row.refer)} refer, ${number(row.decline)} decline`;
  const label =
    (n - 1 - i) % 5 === 0
      ? html`<text x="${(i === n - 1 ? WIDTH : x + step / 2).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="${i === n - 1 ? 'end' : 'middle'}">${day(name).replace(/ \d{4}$/, '')}</text>`
      : null;
  return html`<g><title>${title}</title>${bars}</g>${label}`;
}

function dayRow(name: string, row: ByOutcome): Html {
  return html`<tr><th scope="row" class="nowrap">${day(name)}</th><td class="right">${number(row.approve)}</td><td class="right">${number(row.refer)}</td><td class="right">${number(row.decline)}</td><td class="right">${number(total(row))}</td></tr>`;
}

function legend(others: boolean): Html {
  const shown = OUTCOMES.filter((outcome) => outcome !== 'other' || others);
  return html`<ul class="legend">${shown.map((outcome) => html`<li><svg aria-hidden="true" viewBox="0 0 10 10"><rect class="bar-${outcome}" width="10" height="10"/></svg>${outcome === 'other' ? 'Other' : outcome[0]!.toUpperCase() + outcome.slice(1)}</li>`)}</ul>`;
}

/** A part of a whole, as a bar that says nothing to a reader of screens: the number stands beside it. */
export function shareBar(part: number, whole: number): Html {
  const width = whole === 0 ? 0 : (100 * part) / whole;
  return html`<svg class="share" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none"><rect class="bar-ground" width="100" height="8"/><rect class="bar-share" width="${width.toFixed(1)}" height="8"/></svg>`;
}

/** Decisions counted under one of their words, the most first. */
export function outcomeTable(
  caption: string,
  heading: string,
  counts: readonly DecisionCount[],
  of: (count: DecisionCount) => string,
): Html {
  const by = new Map<string, ByOutcome>();
  for (const count of counts) {
    const name = of(count);
    const row = by.get(name) ?? { approve: 0, refer: 0, decline: 0, other: 0 };
    row[OUTCOMES.find((known) => known === count.outcome) ?? 'other'] += count.decisions;
    by.set(name, row);
  }
  const rows = [...by].sort(([, a], [, b]) => total(b) - total(a));
  return html`<div class="scroll"><table><caption>${caption}</caption>
<thead><tr><th scope="col">${heading}</th>${(['approve', 'refer', 'decline'] as const).map((name) => html`<th scope="col" class="right">${outcomeMark(name)}</th>`)}<th scope="col" class="right">All</th></tr></thead>
<tbody>${rows.slice(0, 50).map(([name, row]) => html`<tr><th scope="row">${name === '' ? html`<span class="soft">none</span>` : name}</th>${(['approve', 'refer', 'decline'] as const).map((outcome) => html`<td class="right">${number(row[outcome])} <span class="soft">${percent(row[outcome], total(row))}</span></td>`)}<td class="right">${number(total(row))}</td></tr>`)}</tbody></table></div>`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)} %`;
}

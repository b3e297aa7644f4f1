/** Alarms of the fleet, and that somebody has seen them. */
import { alarmKind } from '../../contract/fleet.ts';
import { recordAction } from '../actions.ts';
import { mayDo } from '../operators/permissions.ts';
import { type Html, html } from './html.ts';
import type { PageParts } from './page.ts';
import { type AlarmRow, unknownThing } from './read-branch.ts';
import { type FleetOptions, fieldOf, ownPath, paramOf, queryOf, type Visit } from './visit.ts';
import { alarmMark, alarmWords, moment, number } from './words.ts';

const ALARMS_A_PAGE = 100;

export async function alarmsPage({ store, now }: FleetOptions, visit: Visit): Promise<PageParts> {
  const kind = alarmKind.safeParse(queryOf(visit.request, 'kind')).data ?? '';
  const which = queryOf(visit.request, 'which') === 'ended' ? 'ended' : 'open';
  const given = Number(queryOf(visit.request, 'page'));
  const page = Number.isSafeInteger(given) && given > 0 && given <= 1_000_000 ? given : 1;
  const rows = await store.query<AlarmRow & { branch_name: string | null; found: number }>(
    `SELECT a.*, b.name AS branch_name, count(*) OVER () AS found FROM alarms a LEFT JOIN branches b ON b.branch = a.branch
     WHERE ${which === 'open' ? 'a.ended_at IS NULL' : 'a.ended_at IS NOT NULL'} AND ($1 = '' OR a.kind = $1)
     ORDER BY (a.seen_at IS NULL) DESC, a.began_at DESC, a.alarm LIMIT ${ALARMS_A_PAGE} OFFSET $2`,
    [kind, (page - 1) * ALARMS_A_PAGE],
  );
  const back = `/fleet/alarms?${new URLSearchParams({ ...(kind === '' ? {} : { kind }), which, page: String(page) }).toString()}`;
  return {
    title: 'Alarms',
    at: '/fleet/alarms',
    body: html`${filterForm(kind, which)}${rows.length === 0 ? nothing(kind, which, page) : html`<section class="panel">${alarmTable(rows, visit, back, new Date(now()), true)}${pages(back, page, rows[0]!.found)}</section>`}${kindsInWords()}`,
  };
}

function filterForm(kind: string, which: string): Html {
  const option = (value: string, title: string, chosen: string) =>
    html`<option value="${value}"${value === chosen ? html` selected` : null}>${title}</option>`;
  return html`<form class="filter" method="get" action="/fleet/alarms"><label>Kind <select name="kind">${option('', 'All kinds', kind)}${alarmKind.options.map((name) => option(name, alarmWords(name).title, kind))}</select></label>
<label>Which <select name="which">${option('open', 'Open', which)}${option('ended', 'Ended', which)}</select></label><button class="first">Show</button></form>`;
}

function kindsInWords(): Html {
  return html`<details><summary>What the kinds mean</summary><dl class="panel">${alarmKind.options.map((name) => html`<dt>${alarmWords(name).title}</dt><dd>${alarmWords(name).means}</dd>`)}</dl></details>`;
}

function nothing(kind: string, which: string, page: number): Html {
  if (page > 1)
    return html`<div class="panel empty"><p>The list has no such page. <a href="/fleet/alarms">Show all open alarms.</a></p></div>`;
  const of = kind === '' ? '' : ` of the kind ${alarmWords(kind).title.toLowerCase()}`;
  return html`<div class="panel empty"><p>${which === 'open' ? `No alarm${of} is open.` : `No alarm${of} has ended yet.`}</p></div>`;
}

/** @param back where acknowledging leads back to */
export function alarmTable(
  alarms: readonly (AlarmRow & { branch_name?: string | null })[],
  { who, form }: Visit,
  back: string,
  now: Date,
  ofFleet: boolean,
): Html {
  const acts = mayDo(who.role, 'manage-fleet');
  return html`<div class="scroll"><table><thead><tr><th scope="col">Kind</th>${ofFleet ? html`<th scope="col">Branch</th>` : null}<th scope="col">What</th><th scope="col">Began (UTC)</th><th scope="col">Last noticed (UTC)</th><th scope="col">Seen</th></tr></thead><tbody>
${alarms.map(
  ({
    alarm,
    branch,
    branch_name,
    kind,
    subject,
    detail,
    began_at,
    last_at,
    ended_at,
    seen_at,
    seen_by,
  }) => html`<tr><td>${alarmMark(kind)}</td>${ofFleet ? html`<td><a href="/fleet/branches/${encodeURIComponent(branch)}">${branch_name ?? branch}</a></td>` : null}
<td>${detail}${subject === '' ? null : html`<br><span class="soft code">${subject}</span>`}</td><td>${moment(began_at)}</td><td>${moment(last_at, now)}${ended_at === null ? null : html`<br><span class="soft">ended ${moment(ended_at)}</span>`}</td>
<td>${seen_at !== null ? html`${moment(seen_at)}<br><span class="soft">by ${seen_by}</span>` : acts && ended_at === null ? acknowledgeForm(form, alarm, back) : html`<span class="soft">not yet</span>`}</td></tr>`,
)}</tbody></table></div>`;
}

function acknowledgeForm(form: string, alarm: string, back: string): Html {
  return html`<form method="post" action="/fleet/alarms/${encodeURIComponent(alarm)}/acknowledge"><input type="hidden" name="form" value="${form}"><input type="hidden" name="back" value="${back}"><button>Acknowledge</button></form>`;
}

function pages(back: string, page: number, found: number): Html | null {
  const last = Math.ceil(found / ALARMS_A_PAGE);
  if (last <= 1) return null;
  const link = (to: number, title: string) => html`<a class="button" href="${back.replace(/page=\d+/, `page=${to}`)}">${title}</a>`;
  return html`<nav class="pages" aria-label="Pages of the list">${page > 1 ? link(page - 1, 'Previous') : null}<span>Page ${number(page)} of ${number(last)}</span>${page < last ? link(page + 1, 'Next') : null}</nav>`;
}

/** Who saw it first stands; seeing it does not end it, which only its cause does. */
export async function acknowledgeAlarm({ store, now }: FleetOptions, { request, who }: Visit): Promise<string> {
  const alarm = paramOf(request, 'alarm');
  await store.transaction(async (sql) => {
    const [seen] = await sql.query<{ branch: string; kind: string }>(
      'UPDATE alarms SET seen_at = $2, seen_by = $3 WHERE alarm = $1 AND seen_at IS NULL RETURNING branch, kind',
      [alarm, new Date(now()), who.operator],
    );
    if (seen !== undefined) await recordAction(sql, { who: who.operator, what: 'acknowledge-alarm', detail: { alarm, ...seen } });
    else if ((await sql.query('SELECT 1 FROM alarms WHERE alarm = $1', [alarm])).length === 0)
      throw unknownThing('There is no such alarm.', '/fleet/alarms');
  });
  return ownPath(fieldOf(request, 'back'), '/fleet/alarms');
}

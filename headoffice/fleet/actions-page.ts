/** What people and programs of head office did, for whoever audits head office. */
import { exactly, isExact } from '../exact-time.ts';
import { html } from './html.ts';
import type { PageParts } from './page.ts';
import { asText } from './read-entry.ts';
import { type FleetOptions, queryOf, type Visit } from './visit.ts';
import { moment } from './words.ts';

const ACTIONS_A_PAGE = 100;

interface ActionRow {
  action: string;
  at: Date;
  exact: string;
  who: string;
  what: string;
  detail: Record<string, unknown>;
}

/** Page by page by where the last one ended: new rows push nothing from one page to the next. */
export async function actionsPage({ store }: FleetOptions, { request }: Visit): Promise<PageParts> {
  const who = queryOf(request, 'who').slice(0, 80);
  const what = queryOf(request, 'what').slice(0, 80);
  const [exact = '', action = ''] = queryOf(request, 'before').split('_');
  const until = isExact(exact) ? exact : null;
  const rows = await store.query<ActionRow>(
    `SELECT action, at, ${exactly('at')} AS exact, who, what, detail FROM actions
     WHERE ($1 = '' OR who = $1) AND ($2 = '' OR what = $2) AND ($3::text IS NULL OR (at, action) < ($3::timestamptz, $4))
     ORDER BY at DESC, action DESC LIMIT ${ACTIONS_A_PAGE}`,
    [who, what, until, action],
  );
  const last = rows.at(-1);
  const next =
    last === undefined || rows.length < ACTIONS_A_PAGE
      ? null
      : new URLSearchParams({ who, what, before: `${last.exact}_${last.action}` }).toString();
  return {
    title: 'Actions',
    at: '/fleet/actions',
    body: html`<p class="note">Rows are added and never changed by this program. Names and numbers only: never an applicant’s values.</p>
<form class="filter" method="get" action="/fleet/actions"><label>Who <input name="who" value="${who}"></label><label>What <input name="what" value="${what}" placeholder="see-decision"></label><button class="first">Show</button> <a class="button" href="/fleet/actions">Reset</a></form>
${
  rows.length === 0
    ? html`<div class="panel empty"><p>Nothing of that kind was done${until === null ? '' : ' before'}.</p></div>`
    : html`<section class="panel"><div class="scroll"><table><thead><tr><th scope="col">When (UTC)</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Of what</th></tr></thead><tbody>
${rows.map(({ at, who, what, detail }) => html`<tr><td>${moment(at)}</td><td>${who}</td><td>${what}</td><td>${Object.entries(detail).map(([name, value]) => html`<span class="soft">${name}</span> ${asText(value)} `)}</td></tr>`)}
</tbody></table></div>${next === null ? null : html`<nav class="pages" aria-label="Pages of the list"><a class="button" rel="next" href="/fleet/actions?${next}">Earlier</a></nav>`}</section>`
}`,
  };
}

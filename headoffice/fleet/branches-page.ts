/** All branches: what to look at first is found by filter and order. */
import type { FastifyRequest } from 'fastify';
import { BRANCH_STATES, type BranchState } from './fleet-rows.ts';
import { type Html, html } from './html.ts';
import {
  BRANCHES_A_PAGE,
  type BranchFilter,
  type BranchOrder,
  type ListedBranch,
  listBranches,
  listTags,
  readFilter,
} from './list-branches.ts';
import { noBranchYet } from './overview-page.ts';
import type { PageParts } from './page.ts';
import { type FleetOptions, queryOf } from './visit.ts';
import { alarmMark, moment, number } from './words.ts';

export async function branchesPage({ store, now }: FleetOptions, request: FastifyRequest): Promise<PageParts> {
  const filter = readFilter((name) => queryOf(request, name));
  const at = new Date(now());
  const { found, branches } = await listBranches(store, filter, at);
  const [any] = found > 0 ? [1] : await store.query('SELECT 1 FROM branches LIMIT 1');
  const body = any === undefined ? noBranchYet() : html`${filterForm(filter, await listTags(store))}${list(filter, found, branches, at)}`;
  return { title: 'Branches', at: '/fleet/branches', body };
}

function filterForm({ text, tag, state, version, order }: BranchFilter, tags: readonly string[]): Html {
  const option = (value: string, title: string, chosen: string) =>
    html`<option value="${value}"${value === chosen ? html` selected` : null}>${title}</option>`;
  const allTags = tag === '' || tags.includes(tag) ? tags : [tag, ...tags];
  return html`<form class="filter" method="get" action="/fleet/branches" role="search">
<label>Name or id <input type="search" name="text" value="${text}" size="18"></label>
<label>Tag <select name="tag">${option('', 'All tags', tag)}${allTags.map((name) => option(name, name, tag))}</select></label>
<label>State <select name="state">${option('', 'All states', state)}${(Object.keys(BRANCH_STATES) as BranchState[]).map((name) => option(name, stateWord(name), state))}</select></label>
<label>Has in place <input type="text" name="version" value="${version}" size="24" placeholder="name version"></label>
<label>Order <select name="order">${Object.entries(ORDER_WORDS).map(([name, title]) => option(name, title, order))}</select></label>
<button class="first">Show</button> <a class="button" href="/fleet/branches">Reset</a>
</form>`;
}

const ORDER_WORDS: Record<BranchOrder, string> = {
  branch: 'By id',
  contact: 'Longest unheard first',
  unsent: 'Most unsent first',
  alarms: 'Most alarms first',
};

export function stateWord(state: BranchState): string {
  return state === 'in-contact' ? 'In contact' : state[0]!.toUpperCase() + state.slice(1);
}

export function stateMark(state: BranchState): Html {
  const look = state === 'frozen' ? ' grave' : state === 'silent' ? ' warn' : '';
  return html`<span class="mark${look}" title="${BRANCH_STATES[state]}">${stateWord(state)}</span>`;
}

function list(filter: BranchFilter, found: number, branches: readonly ListedBranch[], now: Date): Html {
  if (branches.length === 0) {
    const why = filter.page > 1 ? 'The list has no such page.' : 'No branch fits this filter.';
    return html`<div class="panel empty"><p>${why} <a href="/fleet/branches">Show all branches.</a></p></div>`;
  }
  const first = (filter.page - 1) * BRANCHES_A_PAGE + 1;
  return html`<section class="panel"><div class="scroll"><table>
<caption>${number(first)}–${number(first + branches.length - 1)} of ${number(found)}. Unsent is an estimate: what the branch told when it was last heard of, and its average day since.</caption>
<thead><tr><th scope="col" class="first-column">Branch</th><th scope="col">State</th><th scope="col">Last contact (UTC)</th><th scope="col" class="right">Unsent</th><th scope="col" class="right">Held</th><th scope="col">Program</th><th scope="col">Model</th><th scope="col">Policy</th><th scope="col">Alarms</th></tr></thead>
<tbody>${branches.map((branch) => row(branch, now))}</tbody></table></div>${pages(filter, found)}</section>`;
}

function row({ branch, name, tags, state, contact_at, unsent, size, app, placed, alarmKinds }: ListedBranch, now: Date): Html {
  const versions = (place: string) => {
    const rows = placed.filter((one) => one.place === place);
    return rows.length === 0
      ? html`<span class="soft">–</span>`
      : rows.map(
          ({ product, name, version }, i) =>
            html`${i === 0 ? null : html`<br>`}<span class="nowrap" title="${name} ${version}"><span class="soft">${product}</span> ${version}</span>`,
        );
  };
  return html`<tr><th scope="row"><a href="/fleet/branches/${encodeURIComponent(branch)}">${name}</a><br><span class="soft">${branch}${tags.length === 0 ? null : ` · ${tags.join(', ')}`}</span></th>
<td>${stateMark(state)}</td><td>${moment(contact_at, now)}</td><td class="right nowrap">${unsent === null ? '–' : `≈ ${number(unsent)}`}</td><td class="right">${size === null ? '–' : number(size)}</td>
<td class="nowrap">${app ?? '–'}</td><td>${versions('champion')}</td><td>${versions('policy')}</td>
<td>${alarmKinds.length === 0 ? html`<span class="soft">none</span>` : alarmKinds.map(({ kind, n }) => alarmMark(kind, n))}</td></tr>`;
}

function pages(filter: BranchFilter, found: number): Html | null {
  const last = Math.ceil(found / BRANCHES_A_PAGE);
  if (last <= 1) return null;
  const link = (page: number, title: string, rel: string) => {
    const { text, tag, state, version, order } = filter;
    const query = new URLSearchParams(
      Object.entries({ text, tag, state, version, order, page: String(page) }).filter(([, value]) => value !== ''),
    );
    return html`<a class="button" rel="${rel}" href="/fleet/branches?${query.toString()}">${title}</a>`;
  };
  return html`<nav class="pages" aria-label="Pages of the list">${filter.page > 1 ? link(filter.page - 1, 'Previous', 'prev') : null}<span>Page ${number(filter.page)} of ${number(last)}</span>${filter.page < last ? link(filter.page + 1, 'Next', 'next') : null}</nav>`;
}

/** A branch's decisions, one by one, for auditors. */
import { recordAction } from '../actions.ts';
import { html } from './html.ts';
import type { PageParts } from './page.ts';
import { readBranch, unknownThing } from './read-branch.ts';
import { asFields, asText, readFields } from './read-entry.ts';
import { type FleetOptions, paramOf, queryOf, type Visit } from './visit.ts';
import { moment, number, outcomeMark } from './words.ts';

const DECISIONS_A_PAGE = 100;

interface Row {
  seq: number;
  bytes: Buffer;
  wall: Date | null;
  application: string | null;
}

/** Newest first, page by page by where the last one ended. That the list was looked at is an action: it shows outcomes of single applications. */
export async function decisionsPage({ store, now }: FleetOptions, { request, who }: Visit): Promise<PageParts> {
  const { row: branch, logs } = await readBranch(store, paramOf(request, 'branch'), new Date(now()));
  const path = `/fleet/branches/${encodeURIComponent(branch.branch)}`;
  const named = queryOf(request, 'log');
  const log = named === '' ? logs[0] : logs.find((one) => one.log === named);
  if (log === undefined) throw unknownThing('This branch has no such log.', path);
  const before = /^\d{1,15}$/.test(queryOf(request, 'before')) ? Number(queryOf(request, 'before')) : Number.MAX_SAFE_INTEGER;
  const rows = await store.query<Row>(
    `SELECT seq, bytes, wall, application FROM entries WHERE log_no = $1 AND seq < $2 AND type = 'decision' ORDER BY seq DESC LIMIT ${DECISIONS_A_PAGE}`,
    [log.log_no, before],
  );
  await recordAction(store, {
    who: who.operator,
    what: 'list-decisions',
    detail: { branch: branch.branch, log: log.log, rows: rows.length },
  });
  const last = rows.at(-1);
  const more = rows.length === DECISIONS_A_PAGE && last !== undefined;
  return {
    title: `Decisions of ${branch.name}`,
    at: '/fleet/branches',
    above: [
      { href: '/fleet/branches', title: 'Branches' },
      { href: path, title: branch.name },
    ],
    body: html`${logs.length < 2 ? null : html`<form class="filter" method="get" action="${path}/decisions"><label>Log <select name="log">${logs.map((one) => html`<option value="${one.log}"${one.log === log.log ? html` selected` : null}>${one.origin}</option>`)}</select></label><button class="first">Show</button></form>`}
${
  rows.length === 0
    ? html`<div class="panel empty"><p>No decisions${before === Number.MAX_SAFE_INTEGER ? ' have come in this log yet' : ' before that one'}.</p></div>`
    : html`<section class="panel"><div class="scroll"><table><caption>Newest first. Times are the branch’s own clock, in UTC. Each look at a decision is recorded.</caption>
<thead><tr><th scope="col" class="right">Entry</th><th scope="col">Decided</th><th scope="col">Outcome</th><th scope="col">Product</th><th scope="col">Model</th><th scope="col" class="right">PD</th><th scope="col">Application</th></tr></thead>
<tbody>${rows.map((row) => decisionRow(log.log, row))}</tbody></table></div>
${more ? html`<nav class="pages" aria-label="Pages of the list"><a class="button" rel="next" href="${path}/decisions?${new URLSearchParams({ log: log.log, before: String(last.seq) }).toString()}">Earlier</a></nav>` : null}</section>`
}`,
  };
}

function decisionRow(log: string, { seq, bytes, wall, application }: Row) {
  const fields = readFields(bytes);
  const product = asFields(fields.product);
  const model = asFields(fields.model);
  return html`<tr><th scope="row" class="right"><a href="/fleet/decisions/${log}/${seq}">${number(seq)}</a></th><td>${moment(wall)}</td><td>${outcomeMark(asText(fields.decision))}</td>
<td>${asText(product.name)}</td><td>${model.name === undefined ? '–' : `${asText(model.name)} ${asText(model.version)}`}</td><td class="right">${typeof fields.pd === 'number' ? fields.pd.toFixed(4) : '–'}</td><td class="code">${application}</td></tr>`;
}

/** Two notes that cannot both be true, what they prove, and how it is settled. */
import { Failed } from '../../contract/failure.ts';
import { recordAction } from '../actions.ts';
import { mayDo } from '../operators/permissions.ts';
import { type ExaminedEvidence, type ExaminedNote, examineEvidence, getEvidence, type Proven } from '../witness/list-evidence.ts';
import { HOW_SETTLED, type HowSettled, settleEvidence } from '../witness/settle.ts';
import { type Html, html } from './html.ts';
import type { PageParts } from './page.ts';
import { unknownThing } from './read-branch.ts';
import { type FleetOptions, fieldOf, paramOf, type Visit } from './visit.ts';
import { moment, number } from './words.ts';

const PROVES: Record<Proven, string> = {
  'two-pasts':
    'The log’s key signed two pasts: both signatures hold, and the two roots cannot both be of one log. Anybody who has the log’s key can see that.',
  'one-past': 'Both notes are of the one past that is stored here. The branch was set back to an older state, or an old note came late.',
  'by-our-word':
    'The log’s key signed both notes. That they are of two pasts is head office’s word: the entries that came did not fit, and the notes alone do not show it.',
  unsigned: 'Nothing of the log: at least one of the notes is not signed by its key.',
};

const WAYS: Record<HowSettled, string> = {
  'keep-known': 'What head office holds is its past; the branch may go on from there',
  'close-log': 'Nothing more of this log is ever taken; the branch begins a new epoch',
};

export async function evidencePage({ store, keys }: FleetOptions, { request, who, form }: Visit): Promise<PageParts> {
  const found = await orUnknown(examineEvidence(store, keys.witness.vkey, paramOf(request, 'evidence')));
  const path = `/fleet/evidence/${encodeURIComponent(found.evidence)}`;
  return {
    title: `Evidence of a ${found.kind}`,
    at: '/fleet/branches',
    above: [
      { href: '/fleet/branches', title: 'Branches' },
      { href: `/fleet/branches/${encodeURIComponent(found.branch)}`, title: found.branch },
    ],
    body: html`<section class="panel said${found.settledAt === null ? '' : ' done'}"><dl><dt>Log</dt><dd class="code">${found.origin}</dd><dt>Found</dt><dd>${moment(found.foundAt)} UTC</dd><dt>Sent by device</dt><dd class="code">${found.device}</dd><dt>It proves</dt><dd>${PROVES[found.proves]}</dd>
<dt>It cannot say</dt><dd>Which past is true, nor who made the other: somebody with a copy of the disk or of the key, or the PC itself after a backup was put back without a new epoch.</dd>
<dt>Settled</dt><dd>${settled(found)}</dd><dt>The log is</dt><dd>${found.frozen ? 'frozen: nothing more of it is taken' : 'not frozen'}</dd></dl></section>
${found.settledAt === null && mayDo(who.role, 'manage-fleet') ? settleForm(path, form) : null}
<div class="panels">${notePanel('known', 'What head office had countersigned', found.known, found.knownNote, path)}${notePanel('sent', 'What was sent', found.sent, found.sentNote, path)}</div>`,
  };
}

function settled({ settledAt, settledBy, settledHow, settledWhy }: ExaminedEvidence): Html {
  return settledAt === null
    ? html`<span class="mark grave">Not yet</span>`
    : html`${moment(settledAt)} UTC by ${settledBy}: ${settledHow} (${settledWhy})`;
}

function notePanel(id: 'known' | 'sent', title: string, note: string, { signed, size, countersignedAt }: ExaminedNote, path: string): Html {
  const ours = countersignedAt === null ? 'no line of head office' : html`head office’s line, ${moment(countersignedAt)} UTC`;
  return html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><p>${signed && size !== null ? html`${number(size)} entries; the log’s signature holds; ${ours}` : 'Not signed by the log’s key, or not readable'}</p><pre tabindex="0">${note}</pre><p><a class="button" href="${path}/${id}.txt" download>Download</a></p></section>`;
}

function settleForm(path: string, form: string): Html {
  return html`<section class="panel" aria-labelledby="settle"><h2 id="settle">Settle it</h2><form class="filter" method="post" action="${path}/settle"><input type="hidden" name="form" value="${form}">
<label>How <select name="how" required><option value="">Choose</option>${HOW_SETTLED.map((how) => html`<option value="${how}">${WAYS[how]}</option>`)}</select></label>
<label>What was found out <input name="reason" required maxlength="500" size="50"></label><button>Settle</button></form><p class="note">Both notes and everything that was stored stay, however it is settled.</p></section>`;
}

export async function giveNote({ store }: FleetOptions, { request, reply, who }: Visit, which: 'known' | 'sent'): Promise<unknown> {
  const found = await orUnknown(getEvidence(store, paramOf(request, 'evidence')));
  await recordAction(store, {
    who: who.operator,
    what: 'take-evidence',
    detail: { evidence: found.evidence, branch: found.branch, which },
  });
  reply.header('content-disposition', `attachment; filename="${found.kind}-${which}.txt"`);
  return await reply.type('text/plain; charset=utf-8').send(found[which]);
}

/** @returns the page to go on with. @throws Failed as settleEvidence, and usage where the form lacks something */
export async function settle({ store }: FleetOptions, { request, who }: Visit): Promise<string> {
  const evidence = paramOf(request, 'evidence');
  const how = HOW_SETTLED.find((each) => each === fieldOf(request, 'how'));
  if (how === undefined)
    throw new Failed({
      kind: 'usage',
      happened: 'No way to settle it was chosen.',
      safe: 'Nothing was changed.',
      next: 'Go back and choose one.',
      facts: {},
    });
  await settleEvidence(store, { evidence, by: who.operator, how, reason: fieldOf(request, 'reason').slice(0, 500) });
  return `/fleet/evidence/${encodeURIComponent(evidence)}`;
}

/** What the command line calls bad usage is a page that is not there. */
async function orUnknown<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failed && error.failure.kind === 'usage') throw unknownThing('There is no such evidence.', '/fleet/alarms');
    throw error;
  }
}

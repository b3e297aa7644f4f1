/** One decision, as it stands in the log. Each look at it is an action of its own. */
import { recordAction } from '../actions.ts';
import { type Html, html } from './html.ts';
import type { PageParts } from './page.ts';
import { checkpointOver, proveEntry } from './prove-entry.ts';
import { unknownThing } from './read-branch.ts';
import {
  asFields,
  asList,
  asText,
  type EntryFields,
  type EntryRow,
  type Review,
  readDecision,
  readFields,
  readReviews,
} from './read-entry.ts';
import { type FleetOptions, paramOf, type Visit } from './visit.ts';
import { moment, number, outcomeMark } from './words.ts';

export async function decisionPage({ store }: FleetOptions, { request, who }: Visit): Promise<PageParts> {
  const entry = await readDecision(store, paramOf(request, 'log'), paramOf(request, 'seq'));
  // Recorded before it is shown: a look that is not in the record does not happen.
  await recordAction(store, { who: who.operator, what: 'see-decision', detail: { branch: entry.branch, log: entry.log, seq: entry.seq } });
  const fields = readFields(entry.bytes);
  const reviews = await readReviews(store, entry);
  const covered = await checkpointOver(store, entry.log_no, entry.seq);
  const branchPath = `/fleet/branches/${encodeURIComponent(entry.branch)}`;
  return {
    title: `Decision ${number(entry.seq)} of ${entry.branch_name ?? entry.branch}`,
    at: '/fleet/branches',
    above: [
      { href: '/fleet/branches', title: 'Branches' },
      { href: branchPath, title: entry.branch_name ?? entry.branch },
      { href: `${branchPath}/decisions?log=${entry.log}`, title: 'Decisions' },
    ],
    body: html`${entry.trouble === null ? null : html`<div class="panel said"><p>Head office could not read this entry as one of its kind (${entry.trouble}). What can be read of it is below; its bytes are the record.</p></div>`}
${inShort(entry, fields)}
${reviewsPanel(reviews)}
<div class="panels">
${valuesPanel('inputs', 'Inputs', 'What was scored and read by the policy', asFields(fields.inputs))}
${valuesPanel('protected', 'Protected traits', 'Kept apart for monitoring: never scored, never read by the policy', asFields(fields.protected))}
${featuresPanel(fields)}
${tracePanel(fields)}
</div>
${identityPanel(fields)}
${proofPanel(entry, fields, covered)}`,
  };
}

function inShort(entry: EntryRow, fields: EntryFields): Html {
  const pricing = asFields(fields.pricing);
  const doubts = asList(fields.doubts);
  const artefact = (value: unknown) => {
    const { name, version, sha256 } = asFields(value);
    return name === undefined
      ? html`<span class="soft">none</span>`
      : html`${asText(name)} ${asText(version)} <span class="soft code" title="${asText(sha256)}">${asText(sha256).slice(0, 16)}…</span>`;
  };
  return html`<section class="panel" aria-label="In short"><dl>
<dt>Outcome</dt><dd>${outcomeMark(asText(fields.decision))}</dd>
<dt>Decided</dt><dd>${moment(entry.wall)} <span class="soft">UTC, by the branch’s clock</span></dd>
<dt>Application</dt><dd class="code">${entry.application}</dd>
<dt>PD, score</dt><dd>${asText(fields.pd)}, ${asText(fields.score)}</dd>
<dt>Reasons</dt><dd>${asList(fields.reasons).map(asText).join(', ') || '–'}</dd>
${doubts.length === 0 ? null : html`<dt>Doubts</dt><dd>${doubts.map(asText).join('; ')}</dd>`}
${fields.pricing === null || fields.pricing === undefined ? null : html`<dt>Pricing</dt><dd>tier ${asText(pricing.tier)}, ${asText(pricing.annualRatePercent)} % a year</dd>`}
<dt>Product</dt><dd>${artefact(fields.product)}</dd><dt>Model</dt><dd>${artefact(fields.model)}</dd><dt>Policy</dt><dd>${artefact(fields.policy)}</dd>
<dt>Made by</dt><dd>${asText(fields.actor)} (${asText(fields.role)})</dd>
<dt>Program</dt><dd>${Object.entries(asFields(fields.code))
    .map(([name, value]) => `${name} ${asText(value)}`)
    .join(', ')}</dd>
</dl></section>`;
}

function reviewsPanel(reviews: readonly Review[]): Html {
  if (reviews.length === 0)
    return html`<section class="panel" aria-labelledby="reviews"><h2 id="reviews">Reviews</h2><p class="soft">Nobody’s review of this decision has come.</p></section>`;
  return html`<section class="panel" aria-labelledby="reviews"><h2 id="reviews">Reviews</h2><div class="scroll"><table><thead><tr><th scope="col" class="right">Entry</th><th scope="col">When (UTC)</th><th scope="col">By</th><th scope="col">Outcome</th><th scope="col">Override</th><th scope="col">Codes</th></tr></thead><tbody>
${reviews.map(({ seq, wall, fields }) => html`<tr><td class="right">${number(seq)}</td><td>${moment(wall)}</td><td>${asText(fields.actor)}</td><td>${outcomeMark(asText(fields.outcome))}</td><td>${asText(fields.override)}</td><td>${asList(fields.codes).map(asText).join(', ')}</td></tr>`)}</tbody></table></div></section>`;
}

function valuesPanel(id: string, title: string, caption: string, values: EntryFields): Html {
  const rows = Object.entries(values);
  return html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${rows.length === 0 ? html`<p class="soft">None.</p>` : html`<table><caption>${caption}</caption><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="right">${asText(value)}</td></tr>`)}</tbody></table>`}</section>`;
}

function featuresPanel(fields: EntryFields): Html {
  const explanation = asFields(fields.explanation);
  const values = asList(explanation.values);
  return html`<section class="panel" aria-labelledby="features"><h2 id="features">Features and score</h2><dl><dt>Features</dt><dd>${asList(fields.features).map(asText).join(', ')}</dd>
${fields.explanation === null || fields.explanation === undefined ? null : html`<dt>Explanation</dt><dd>${asText(explanation.method)}, on ${asText(explanation.scale)}: expected ${asText(explanation.expected)}, predicted ${asText(explanation.predicted)}</dd><dt>Contributions</dt><dd>${values.map(asText).join(', ')}</dd>`}
<dt>Affordability</dt><dd>${
    Object.entries(asFields(fields.affordability))
      .map(([name, value]) => `${name} ${asText(value)}`)
      .join(', ') || '–'
  }</dd>
<dt>Challengers</dt><dd>${Object.entries(asFields(fields.shadow)).map(([digest, pd]) => html`<span class="code">${digest.slice(0, 16)}…</span> PD ${asText(pd)} `)}${Object.keys(asFields(fields.shadow)).length === 0 ? '–' : null}</dd></dl>
<p class="note">In the order of the model’s manifest, which names them; wordings of reasons and rules follow from the artefacts named above.</p></section>`;
}

function tracePanel(fields: EntryFields): Html {
  const tables = Object.entries(asFields(fields.policy_trace));
  return html`<section class="panel" aria-labelledby="trace"><h2 id="trace">Policy trace</h2>${tables.length === 0 ? html`<p class="soft">No policy was read.</p>` : html`<table><caption>One sign per rule in the table’s order: y yes, n no, d doubt, - not reached</caption><tbody>${tables.map(([name, trace]) => html`<tr><th scope="row">${name}</th><td class="code">${asText(trace)}</td></tr>`)}</tbody></table>`}</section>`;
}

function identityPanel(fields: EntryFields): Html {
  const sealed = asFields(fields.pii);
  return html`<section class="panel" aria-labelledby="identity"><h2 id="identity">Identity</h2>${
    fields.pii === null || fields.pii === undefined
      ? html`<p>The application named nobody.</p>`
      : html`<p>The applicant’s identity is in the entry as ciphertext under key <span class="code">${asText(sealed.kid)}</span>. That key never left the branch: nobody can read the identity at head office. Ask the branch, by the application’s number.</p>`
  }</section>`;
}

function proofPanel(entry: EntryRow, fields: EntryFields, covered: { size: number } | null): Html {
  const path = `/fleet/decisions/${entry.log}/${entry.seq}`;
  return html`<section class="panel" aria-labelledby="proof"><h2 id="proof">Proof</h2>
<dl><dt>Log</dt><dd class="code">${entry.origin}</dd><dt>Leaf hash</dt><dd class="code">${entry.leaf_hash.toString('hex')}</dd><dt>Anchor</dt><dd class="code">${asText(fields.anchor)}</dd></dl>
<p><a class="button" href="${path}/entry.json" download>Entry, as stored</a> ${covered === null ? html`<span class="soft">No checkpoint covers it.</span>` : html`<a class="button" href="${path}/proof.txt" download>Inclusion proof</a> <a class="button" href="${path}/checkpoint.txt" download>Checkpoint of ${number(covered.size)} entries</a>`}</p>
<p class="note">The proof is a C2SP tlog-proof with its checkpoint: <code>outpost receipt check</code> and the independent verifier read it. Any RFC 6962 tool can: the leaf is SHA-256 of a zero byte and the stored entry.</p></section>`;
}

export type DecisionPart = 'entry.json' | 'proof.txt' | 'checkpoint.txt';

/** @throws Failed entry-unknown */
export async function giveDecisionPart({ store }: FleetOptions, { request, reply, who }: Visit, part: DecisionPart): Promise<unknown> {
  const entry = await readDecision(store, paramOf(request, 'log'), paramOf(request, 'seq'));
  await recordAction(store, {
    who: who.operator,
    what: 'take-decision',
    detail: { branch: entry.branch, log: entry.log, seq: entry.seq, part },
  });
  const name = `${entry.log.slice(0, 16)}-${entry.seq}-${part}`;
  reply.header('content-disposition', `attachment; filename="${name}"`);
  if (part === 'entry.json') return await reply.type('application/json').send(entry.bytes);
  const checkpoint = await checkpointOver(store, entry.log_no, entry.seq);
  if (checkpoint === null) throw unknownThing('No countersigned checkpoint covers this entry yet.', '/fleet/branches');
  return await reply
    .type('text/plain; charset=utf-8')
    .send(part === 'checkpoint.txt' ? checkpoint.note : await proveEntry(store, entry.seq, checkpoint));
}

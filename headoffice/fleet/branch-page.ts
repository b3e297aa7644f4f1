/** One branch: its PCs, its log, what decides there, what is wrong. */
import { mayDo } from '../operators/permissions.ts';
import { alarmTable } from './alarms-page.ts';
import { stateMark } from './branches-page.ts';
import { dailyChart } from './charts.ts';
import { CHART_DAYS, chartDays, countDecisions } from './count-fleet.ts';
import { type Html, html } from './html.ts';
import type { PageParts } from './page.ts';
import { type DeviceRow, type EvidenceRow, type LogRow, readBranch, type WholeBranch } from './read-branch.ts';
import { asText } from './read-entry.ts';
import { type FleetOptions, paramOf, type Visit } from './visit.ts';
import { moment, number } from './words.ts';

export async function branchPage({ store, now }: FleetOptions, visit: Visit): Promise<PageParts> {
  const at = new Date(now());
  const whole = await readBranch(store, paramOf(visit.request, 'branch'), at);
  const { row, logs, alarms, placed } = whole;
  const days = chartDays(at);
  const decisions = await countDecisions(store, days[0]!, days.at(-1)!, row.branch);
  const path = `/fleet/branches/${encodeURIComponent(row.branch)}`;
  return {
    title: row.name,
    at: '/fleet/branches',
    above: [{ href: '/fleet/branches', title: 'Branches' }],
    body: html`${facts(whole, at)}
${alarms.length === 0 ? null : html`<section class="panel" aria-labelledby="alarms"><h2 id="alarms">Alarms</h2>${alarmTable(alarms, visit, path, at, false)}</section>`}
${whole.evidence.length === 0 ? null : evidencePanel(whole.evidence, visit)}
<section class="panel" aria-labelledby="days"><h2 id="days">Decisions by day, last ${CHART_DAYS} days</h2>${dailyChart(days, decisions)}
${mayDo(visit.who.role, 'see-decisions') && logs.length > 0 ? html`<p><a class="button" href="${path}/decisions">List of decisions</a></p>` : null}</section>
<div class="panels wide">
<section class="panel" aria-labelledby="placed"><h2 id="placed">In place</h2>${placedTable(placed, row.app)}</section>
<section class="panel" aria-labelledby="devices"><h2 id="devices">Devices</h2>${deviceTable(whole.devices, visit, path)}</section>
</div>
<section class="panel" aria-labelledby="logs"><h2 id="logs">Logs</h2>${logTable(logs)}${checkpoints(whole)}</section>`,
  };
}

function facts({ row, logs }: WholeBranch, now: Date): Html {
  const report = logs[0]?.report ?? null;
  const troubles = Array.isArray(report?.troubles) ? report.troubles.map(asText) : [];
  const free = Number(report?.diskFreeBytes);
  return html`<section class="panel" aria-label="In short"><dl>
<dt>Id</dt><dd>${row.branch}</dd>
<dt>State</dt><dd>${stateMark(row.state)}</dd>
${row.tags.length === 0 ? null : html`<dt>Tags</dt><dd>${row.tags.join(', ')}</dd>`}
<dt>Last contact</dt><dd>${moment(row.contact_at, now)}</dd>
<dt>Held here</dt><dd>${row.size === null ? '–' : `${number(row.size)} entries`}</dd>
<dt>Not sent (estimate)</dt><dd>${row.unsent === null ? '–' : `≈ ${number(row.unsent)} entries`}</dd>
${report === null ? null : html`<dt>It said of itself</dt><dd>program ${asText(report.app)}, ${asText(report.platform)}; ${Number.isFinite(free) ? `${number(Math.round(free / 2 ** 20))} MiB of disk free; ` : ''}its clock ${asText(report.wall)}; ${troubles.length === 0 ? 'no troubles' : `troubles: ${troubles.join(', ')}`}</dd>`}
</dl></section>`;
}

function placedTable(placed: WholeBranch['placed'], app: string | null): Html {
  if (placed.length === 0 && app === null) return html`<p class="soft">Known as soon as the branch has sent its log.</p>`;
  return html`<div class="scroll"><table><caption>What its log says is active there</caption><thead><tr><th scope="col">Product</th><th scope="col">Place</th><th scope="col">What</th><th scope="col">Since (its clock, UTC)</th></tr></thead><tbody>
${app === null ? null : html`<tr><td class="soft">–</td><td>program</td><td>${app}</td><td class="soft">–</td></tr>`}
${placed.map(({ product, place, name, version, sha256, since, seq }) => html`<tr><td>${product}</td><td>${place}</td><td title="SHA-256 ${sha256}">${name} ${version}</td><td>${since === null ? html`<span class="soft">entry ${number(seq)}</span>` : moment(since)}</td></tr>`)}
</tbody></table></div>`;
}

function deviceTable(devices: readonly DeviceRow[], { who, form }: Visit, path: string): Html {
  if (devices.length === 0)
    return html`<p class="soft">No PC has enrolled yet. Take the branch file there and run <code>outpost branch enrol FILE</code>.</p>`;
  return html`<div class="scroll"><table><thead><tr><th scope="col">Device</th><th scope="col">Enrolled (UTC)</th><th scope="col">State</th></tr></thead><tbody>
${devices.map(
  ({ device, platform, enrolled_at, revoked_at, revoked_by, revoked_why }) =>
    html`<tr><td><span class="code" title="${device}">${device.slice(0, 16)}…</span><br><span class="soft">${platform}</span></td><td>${moment(enrolled_at)}</td><td>${
      revoked_at !== null
        ? html`<span class="mark warn">Revoked</span> ${moment(revoked_at)}<br><span class="soft">by ${revoked_by}: ${revoked_why}</span>`
        : html`In use${mayDo(who.role, 'manage-fleet') ? revokeForm(form, device, path) : null}`
    }</td></tr>`,
)}</tbody></table></div>`;
}

function revokeForm(form: string, device: string, path: string): Html {
  return html`<details><summary>Revoke</summary><form method="post" action="${path}/devices/${encodeURIComponent(device)}/revoke"><input type="hidden" name="form" value="${form}"><label>Why <input name="why" required maxlength="200"></label><button>Revoke this device</button></form></details>`;
}

function evidencePanel(evidence: readonly EvidenceRow[], { who }: Visit): Html {
  return html`<section class="panel said" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p>Each is two signed notes of one log that cannot both be true. They are kept whatever becomes of the log.</p>
<div class="scroll"><table><thead><tr><th scope="col">Kind</th><th scope="col">Found (UTC)</th><th scope="col">Settled</th><th scope="col">Notes</th></tr></thead><tbody>
${evidence.map(({ evidence: id, kind, found_at, settled_at, settled_by, settled_how, settled_why }) => html`<tr><td>${kind}</td><td>${moment(found_at)}</td><td>${settled_at === null ? html`<span class="mark grave">Open</span>` : html`${moment(settled_at)} by ${settled_by}: ${settled_how} (${settled_why})`}</td><td>${mayDo(who.role, 'see-evidence') ? html`<a href="/fleet/evidence/${encodeURIComponent(id)}">Look at it</a>` : html`<span class="soft">for auditors and operators</span>`}</td></tr>`)}
</tbody></table></div></section>`;
}

function logTable(logs: readonly LogRow[]): Html {
  if (logs.length === 0) return html`<p class="soft">There is none before a PC has enrolled.</p>`;
  return html`<div class="scroll"><table><caption>One for each epoch, the present one first. A log that goes on after another in the same tree says from which entry.</caption>
<thead><tr><th scope="col">Origin</th><th scope="col">Begun (UTC)</th><th scope="col" class="right">Entries</th><th scope="col" class="right">Its own from</th><th scope="col">Last countersigned (UTC)</th><th scope="col">State</th></tr></thead><tbody>
${logs.map(({ origin, made_at, size, base_size, noted_at, frozen_at }, i) => html`<tr><td class="code">${origin}</td><td>${moment(made_at)}</td><td class="right">${number(size)}</td><td class="right">${number(base_size)}</td><td>${moment(noted_at)}</td><td>${frozen_at !== null ? html`<span class="mark grave">Frozen</span> ${moment(frozen_at)}` : i === 0 ? 'goes on' : 'ended'}</td></tr>`)}
</tbody></table></div>`;
}

function checkpoints({ logs, checkpoints }: WholeBranch): Html | null {
  const note = logs[0]?.note ?? null;
  if (note === null) return null;
  return html`<details><summary>Last checkpoints</summary>
<table><thead><tr><th scope="col" class="right">Entries</th><th scope="col">Countersigned (UTC)</th></tr></thead><tbody>${checkpoints.map(({ size, noted_at }) => html`<tr><td class="right">${number(size)}</td><td>${moment(noted_at)}</td></tr>`)}</tbody></table>
<h3>The last one, with head office’s line under it</h3><pre tabindex="0">${note}</pre></details>`;
}

/**
 * A head office that has many branches, made directly in its tables and the same each time: `fillFleet` for what is counted (as many branches as one
 * likes), `fillLog` for one log with real entries, leaf hashes and checkpoints. Knows no test runner.
 */
import { createHash } from 'node:crypto';
import type { OfficeKeys } from '../../headoffice/office-keys.ts';
import { logNoOf, logOf } from '../../headoffice/receive/log-rows.ts';
import type { Store } from '../../headoffice/store/store.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../../ledger/merkle.ts';
import { cosignatureLine } from '../../ledger/note.ts';
import { type NoteSigner, noteSigner, witnessSigner } from '../../ledger/note-keys.ts';
import { applicationId, CODE, decisionDraft } from './log-samples.ts';

const seed = (name: string) => createHash('sha256').update(name).digest();
const DAY_MS = 24 * 3_600_000;

/** Wednesday noon. */
export const FLEET_NOW = Date.UTC(2026, 4, 20, 12);

export const OFFICE: OfficeKeys = {
  name: 'First Regional Bank',
  office: noteSigner('sync.bank.example/head-office', seed('office')),
  witness: witnessSigner('sync.bank.example/witness', seed('witness')),
  identity: 'not used by what reads',
  recipient: 'not used by what reads',
};

const TOWNS = [
  'Ashford',
  'Brindle',
  'Calder',
  'Denholm',
  'Elstow',
  'Farleigh',
  'Garston',
  'Holmby',
  'Ivinghoe',
  'Kelso',
  'Larkhill',
  'Marlow',
];
const REGIONS = ['north', 'south', 'east', 'west'];

export const branchNumbered = (n: number): string => `branch-${String(n).padStart(5, '0')}`;
export const originOf = (branch: string, epoch = 1): string => `sync.bank.example/${branch}/epoch-${epoch}`;

/** Numbers without a pattern that follow from a number: 0 to 999. */
function mixed(n: number, salt: number): number {
  return ((n * 2_654_435_761 + salt * 40_503) >>> 7) % 1000;
}

interface Made {
  n: number;
  branch: string;
  name: string;
  tags: string[];
  closed: Date | null;
  log_no: number;
  log: string;
  origin: string;
  device: string;
  size: number;
  contact: Date;
  made: Date;
  frozen: Date | null;
  app: string;
  unsent: number;
  waiting: boolean;
}

function makeBranch(n: number, now: number): Made {
  const branch = branchNumbered(n);
  const origin = originOf(branch);
  const log = logOf(origin);
  const silent = mixed(n, 1) < 25;
  const contact = new Date(
    now - (silent ? 5 * DAY_MS + mixed(n, 2) * DAY_MS * 0.08 : mixed(n, 2) * 30_000 + (mixed(n, 3) < 60 ? DAY_MS : 0)),
  );
  return {
    n,
    branch,
    name: `${TOWNS[n % TOWNS.length]} ${['Market', 'Station', 'High Street', 'Mill Lane'][Math.floor(n / TOWNS.length) % 4]} ${n}`,
    tags: [REGIONS[n % 4]!, ...(mixed(n, 4) < 50 ? ['pilot'] : [])],
    closed: n % 997 === 500 ? new Date(now - 40 * DAY_MS) : null,
    log_no: logNoOf(log),
    log,
    origin,
    device: seed(`device ${n}`).toString('hex'),
    size: 18_000 + mixed(n, 5) * 12,
    contact,
    made: new Date(now - 150 * DAY_MS),
    frozen: n % 1999 === 7 ? new Date(now - 2 * DAY_MS) : null,
    app: mixed(n, 6) < 870 ? '1.4.0' : mixed(n, 6) < 970 ? '1.3.2' : '1.2.0',
    unsent: mixed(n, 7) < 300 ? mixed(n, 8) % 90 : 0,
    waiting: n % 83 === 40,
  };
}

/** @param chunk given as JSON: one statement, whatever the engine's driver makes of arrays */
async function insert(store: Store, rows: readonly object[], statement: string): Promise<void> {
  for (let at = 0; at < rows.length; at += 2000) await store.query(statement, [JSON.stringify(rows.slice(at, at + 2000))]);
}

/** Branches 1 to `branches`, each with a log of which only the counts are there. @param days of decisions, back from `now` */
export async function fillFleet(
  store: Store,
  { branches, days = 30, now = FLEET_NOW }: { branches: number; days?: number; now?: number },
): Promise<void> {
  const made = Array.from({ length: branches }, (_, i) => makeBranch(i + 1, now));
  await insert(
    store,
    made,
    `INSERT INTO branches (branch, name, tags, created_at, closed_at)
     SELECT branch, name, tags, made, closed FROM jsonb_to_recordset($1::jsonb) AS r(branch text, name text, tags jsonb, made timestamptz, closed timestamptz)`,
  );
  const working = made.filter(({ waiting }) => !waiting);
  await insert(
    store,
    working,
    `INSERT INTO devices (device, branch, public_key, recipient, platform, enrolled_at)
     SELECT device, branch, '\\x00', 'age1', 'win32-x64', made FROM jsonb_to_recordset($1::jsonb) AS r(device text, branch text, made timestamptz)`,
  );
  await insert(
    store,
    working.map((one) => ({ ...one, report: reportOf(one) })),
    `INSERT INTO logs (log_no, log, branch, device, origin, vkey, size, frontier, made_at, contact_at, noted_at, frozen_at, report)
     SELECT log_no, log, branch, device, origin, 'none', size, '\\x', made, contact, contact, frozen, report
     FROM jsonb_to_recordset($1::jsonb) AS r(log_no bigint, log text, branch text, device text, origin text, size bigint, made timestamptz,
       contact timestamptz, frozen timestamptz, report jsonb)`,
  );
  await insert(
    store,
    working.flatMap(placedOf),
    `INSERT INTO in_place (log_no, product, place, sha256, name, version, since, seq)
     SELECT log_no, product, place, sha256, name, version, since, 12
     FROM jsonb_to_recordset($1::jsonb) AS r(log_no bigint, product text, place text, sha256 text, name text, version text, since timestamptz)`,
  );
  await insert(
    store,
    working.flatMap((one) => alarmsOf(one, now)),
    `INSERT INTO alarms (alarm, branch, kind, subject, detail, began_at, last_at)
     SELECT alarm, branch, kind, subject, detail, began, began FROM jsonb_to_recordset($1::jsonb)
       AS r(alarm text, branch text, kind text, subject text, detail text, began timestamptz)`,
  );
  await store.query(
    `INSERT INTO daily_decisions (log_no, day, product, model, outcome, decisions)
     SELECT l.log_no, d.day::date, p.product, p.model, o.outcome, 1 + (l.log_no + extract(day FROM d.day)::bigint * 7) % o.most
     FROM logs l, generate_series($1::timestamptz, $2::timestamptz, interval '1 day') AS d(day),
       (VALUES ('instalment-loan', 'instalment-loan-champion 1.1.0'), ('personal-loan', 'personal-loan-champion 1.0.0')) AS p(product, model),
       (VALUES ('approve', 62), ('refer', 21), ('decline', 27)) AS o(outcome, most)
     WHERE extract(isodow FROM d.day) < 6 AND d.day <= l.contact_at`,
    [new Date(now - (days - 1) * DAY_MS), new Date(now)],
  );
}

function reportOf({ app, size, unsent, contact, n }: Made): object {
  return {
    app,
    platform: mixed(n, 9) < 850 ? 'win32-x64' : 'linux-x64',
    wall: contact.toISOString(),
    logSize: size + unsent,
    diskFreeBytes: 2 ** 30 * (1 + mixed(n, 10)),
    troubles: mixed(n, 11) < 8 ? ['policy-expired'] : [],
  };
}

function placedOf({ n, log_no, made, contact }: Made): object[] {
  const since = new Date(contact.getTime() - mixed(n, 12) * 0.02 * DAY_MS);
  return ['instalment-loan', 'personal-loan'].flatMap((product, i) => {
    const newer = mixed(n, 20 + i) < (i === 0 ? 780 : 940);
    const one = (place: string, name: string, version: string, at: Date) => ({
      log_no,
      product,
      place,
      name,
      version,
      since: at,
      sha256: seed(`${name} ${version}`).toString('hex'),
    });
    return [
      one('product', product, '1.0.0', made),
      one('policy', `${product}-policy`, mixed(n, 30 + i) < 910 ? '2026.2.0' : '2026.1.0', since),
      one('champion', `${product}-champion`, newer ? '1.1.0' : '1.0.0', since),
      ...(mixed(n, 4) < 50 ? [one('challenger', `${product}-challenger`, '2.0.0', since)] : []),
    ];
  });
}

function alarmsOf({ n, branch, contact, frozen, origin }: Made, now: number): object[] {
  const alarm = (kind: string, subject: string, detail: string, began: Date) => ({
    alarm: applicationId(n * 10 + kind.length),
    branch,
    kind,
    subject,
    detail,
    began,
  });
  const found: object[] = [];
  if (contact.getTime() < now - 4 * DAY_MS)
    found.push(alarm('stale-policy', 'instalment-loan', 'The credit policy has expired.', new Date(contact.getTime() + 4 * DAY_MS)));
  if (frozen !== null) found.push(alarm('fork', origin, 'Two pasts of this log were seen. Nothing more of it is taken.', frozen));
  if (mixed(n, 11) < 8)
    found.push(
      alarm(
        'stale-policy',
        'instalment-loan',
        'The policy of instalment-loan has expired there: applications are referred.',
        new Date(now - 3 * DAY_MS),
      ),
    );
  if (mixed(n, 13) < 5) found.push(alarm('clock', '', "The PC's clock is 3 h ahead of head office's.", new Date(now - DAY_MS)));
  if (mixed(n, 14) < 4) found.push(alarm('disk', '', 'Less than 1 GiB of disk is free there.', new Date(now - 5 * 3_600_000)));
  return found;
}

export interface FilledLog {
  log: string;
  logNo: number;
  origin: string;
  signer: NoteSigner;
  /** Leaf data as stored. */
  entries: Buffer[];
}

export interface LogQuestion {
  branch: string;
  name?: string;
  epoch?: number;
  /** Values to be stored as canonical JSON, or bytes. */
  entries: readonly (object | Buffer)[];
  /** Sizes at which a batch ended; the last one is the end. */
  batches: readonly { to: number; received: Date }[];
  /** The epoch before. */
  base?: { logNo: number; size: number; entries: readonly Buffer[] };
  trouble?: (seq: number) => string | null;
  made?: Date;
}

/** One log whose leaf hashes, checkpoints and countersignatures hold. */
export async function fillLog(
  store: Store,
  { branch, name = branch, epoch = 1, entries, batches, base, trouble = () => null, made }: LogQuestion,
): Promise<FilledLog> {
  const origin = originOf(branch, epoch);
  const log = logOf(origin);
  const logNo = logNoOf(log);
  const signer = noteSigner(origin, seed(origin));
  const device = seed(`device of ${branch}`).toString('hex');
  const bytes = entries.map((entry) => (Buffer.isBuffer(entry) ? entry : Buffer.from(canonicalise(entry))));
  const first = base?.size ?? 0;
  let { frontier } = extendFrontier(EMPTY_FRONTIER, (base?.entries ?? []).slice(0, first).map(leafHash));
  await store.query('INSERT INTO branches (branch, name) VALUES ($1, $2) ON CONFLICT (branch) DO NOTHING', [branch, name]);
  await store.query(
    `INSERT INTO devices (device, branch, public_key, recipient, platform) VALUES ($1, $2, '\\x00', 'age1', 'linux-x64') ON CONFLICT (device) DO NOTHING`,
    [device, branch],
  );
  let from = first;
  let note = '';
  for (const { to, received } of batches) {
    const part = bytes.slice(from - first, to - first);
    for (const [i, leaf] of part.entries()) await insertEntry(store, logNo, from + i, leaf, trouble(from + i));
    ({ frontier } = extendFrontier(frontier, part.map(leafHash)));
    note = signCheckpoint(to, rootOf(frontier), signer);
    note += cosignatureLine(note, OFFICE.witness, Math.floor(received.getTime() / 1000));
    await store.query('INSERT INTO checkpoints (log_no, size, note, noted_at) VALUES ($1, $2, $3, $4)', [logNo, to, note, received]);
    await store.query('INSERT INTO batches (received_at, log_no, from_seq, to_seq, device, bytes) VALUES ($1, $2, $3, $4, $5, 0)', [
      received,
      logNo,
      from,
      to,
      device,
    ]);
    from = to;
  }
  const last = batches.at(-1)!.received;
  const report = { app: '1.4.0', platform: 'linux-x64', wall: last.toISOString(), logSize: from, diskFreeBytes: 2 ** 33, troubles: [] };
  await store.query(
    `INSERT INTO logs (log_no, log, branch, device, origin, vkey, base_log_no, base_size, size, frontier, note, noted_at, made_at, contact_at, report)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $14)`,
    [
      logNo,
      log,
      branch,
      device,
      origin,
      signer.vkey,
      base?.logNo ?? null,
      first,
      from,
      Buffer.concat(frontier.peaks),
      note,
      last,
      made ?? new Date(last.getTime() - 60 * DAY_MS),
      JSON.stringify(report),
    ],
  );
  return { log, logNo, origin, signer, entries: bytes };
}

async function insertEntry(store: Store, logNo: number, seq: number, bytes: Buffer, trouble: string | null): Promise<void> {
  const { type, wall, application } =
    trouble === null ? (JSON.parse(bytes.toString()) as { type: string; wall: string; application?: string }) : { type: null, wall: null };
  await store.query(
    'INSERT INTO entries (log_no, seq, bytes, leaf_hash, type, wall, application, trouble) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [logNo, seq, bytes, leafHash(bytes), type, wall === null ? null : new Date(wall), application ?? null, trouble],
  );
}

const stamp = (seq: number, wall: number) => ({
  v: 1,
  seq,
  wall: new Date(wall).toISOString(),
  boot: 'boot',
  mono: seq * 10,
  anchor: null,
  code: CODE,
});

/** A log's first entries: genesis, an activation, decisions, and an override of the first decline. */
export function sampleEntries(branch: string, decisions: number, now = FLEET_NOW): object[] {
  const entries: object[] = [
    {
      ...stamp(0, now - 9 * DAY_MS),
      type: 'genesis',
      actor: 'system',
      role: 'system',
      origin: originOf(branch),
      vkey: 'v',
      previous: null,
    },
    {
      ...stamp(1, now - 9 * DAY_MS),
      type: 'model-activated',
      actor: 'system',
      role: 'system',
      product: 'instalment-loan',
      artefact: { name: 'instalment-loan-champion', version: '1.2.0', sha256: seed('instalment-loan-champion').toString('hex') },
      alias: 'champion',
      previous: null,
    },
  ];
  const pii = { kid: 'key-7', nonce: 'AAAA', ct: 'c2VjcmV0', tag: 'AAAA', kc: 'AAAA' };
  for (let n = 0; n < decisions; n++)
    entries.push({ ...decisionDraft(n, n % 2 === 0 ? { pii } : {}), ...stamp(entries.length, now - 8 * DAY_MS + n * 3_600_000) });
  if (decisions > 2)
    entries.push({
      ...stamp(entries.length, now - 7 * DAY_MS),
      type: 'review',
      actor: 'samuel',
      role: 'supervisor',
      of: 4,
      application: applicationId(2),
      outcome: 'approve',
      override: 'low-side',
      codes: ['security-offered'],
      note: pii,
    });
  return entries;
}

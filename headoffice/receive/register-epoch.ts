/** Makes an epoch of a branch's log known. */
import type { LogState, NewEpoch } from '../../contract/sync.ts';
import { EMPTY_FRONTIER } from '../../ledger/merkle.ts';
import { LOG_KEY, parseVkey } from '../../ledger/note-keys.ts';
import { recordAction } from '../actions.ts';
import { raiseAlarm } from '../alarms.ts';
import { deliverTo } from '../outcomes/deliver-outcomes.ts';
import type { Sql } from '../store/store.ts';
import { admitDevice, findDevice } from './admit-device.ts';
import { bytesOf, findLog, type LogRow, logNoOf, logOf, rowOf, stateOfRow } from './log-rows.ts';
import { type Receiving, type Refusal, refuse } from './receiving.ts';
import { frontierAt } from './tree-at.ts';

/** The same epoch is registered again without harm, since an answer may have been lost. */
export async function registerEpoch(at: Receiving, device: string, request: NewEpoch): Promise<{ state: LogState } | Refusal> {
  return await at.store.transaction(async (sql) => {
    const refused = await admitDevice(sql, device, null);
    if (refused !== null) return refused;
    const { branch } = (await findDevice(sql, device))!;
    const row = await putEpoch(at, sql, branch, device, request, 'must-be-known');
    return 'problem' in row ? row : { state: await stateOfRow(sql, row) };
  });
}

/**
 * @param before an epoch before this one that head office has never heard of: at an enrolment all of the log is taken under the key of now; later it
 *   may be that head office was restored from a backup, and taking the log from 0 again would hold entries twice
 */
export async function putEpoch(
  at: Receiving,
  sql: Sql,
  branch: string,
  device: string,
  request: NewEpoch,
  before: 'must-be-known' | 'may-be-unknown',
): Promise<LogRow | Refusal> {
  const { origin, vkey, previous } = request;
  const key = parseVkey(vkey);
  if (key === null || key.type !== LOG_KEY || key.name !== origin || origin.includes('\uFFFD'))
    return refuse('malformed', 400, 'The verifier key is not that of a log of this origin.');
  const known = await rowOf(sql, logNoOf(logOf(origin)));
  if (known !== null) return sameEpoch(known, branch, request) ? known : refuse('malformed', 422, 'Another log has this origin already.');
  const base = previous === null ? null : await findLog(sql, logOf(previous.origin));
  if (base !== null && base.branch !== branch) return refuse('device', 403, 'The epoch before belongs to another branch.');
  if (previous !== null && base === null && before === 'must-be-known')
    return refuse('log', 404, 'Head office does not know the epoch before this one. Register its epochs, the earliest first.');
  const row = await insertEpoch(at, sql, branch, device, request, base);
  if (row === null) return refuse('busy', 503, 'The same epoch is being registered by another request.');
  if (previous !== null) await noteNewEpoch(sql, row, base, previous.size);
  // Outcomes that went to the epoch before and were not stored in what this one goes on from.
  if (base !== null) await deliverTo(sql, at.keys, branch, at.now());
  await recordAction(sql, { who: 'receiver', what: 'register-epoch', detail: { branch, device, origin, from: row.base_size } });
  return row;
}

function sameEpoch(known: LogRow, branch: string, { origin, vkey, previous }: NewEpoch): boolean {
  return known.origin === origin && known.branch === branch && known.vkey === vkey && known.genesis_seq === (previous?.size ?? 0);
}

/**
 * The epoch goes on in the tree where the one before ended, or where head office's copy of it ends: what of it never came can be signed by the new
 * key alone, since the old one is gone from the branch.
 */
async function insertEpoch(
  at: Receiving,
  sql: Sql,
  branch: string,
  device: string,
  { origin, vkey, previous }: NewEpoch,
  base: LogRow | null,
): Promise<LogRow | null> {
  const log = logOf(origin);
  const size = base === null ? 0 : Math.min(previous!.size, base.size);
  const frontier = base === null ? EMPTY_FRONTIER : await frontierAt(sql, base, size);
  const inserted = await sql.query<{ log_no: number }>(
    `INSERT INTO logs (log_no, log, branch, device, origin, vkey, base_log_no, base_size, genesis_seq, size, frontier, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10, $11) ON CONFLICT (log_no) DO NOTHING RETURNING log_no`,
    [
      logNoOf(log),
      log,
      branch,
      device,
      origin,
      vkey,
      base?.log_no ?? null,
      size,
      previous?.size ?? 0,
      bytesOf(frontier),
      new Date(at.now()),
    ],
  );
  if (inserted.length === 0) return null;
  if (base !== null)
    await sql.query(
      `INSERT INTO in_place (log_no, product, place, sha256, name, version, since, seq)
       SELECT $1::bigint, product, place, sha256, name, version, since, seq FROM in_place WHERE log_no = $2 AND seq < $3`,
      [logNoOf(log), base.log_no, size],
    );
  return await rowOf(sql, logNoOf(log));
}

async function noteNewEpoch(sql: Sql, row: LogRow, base: LogRow | null, began: number): Promise<void> {
  const beyond = base === null ? 0 : base.size - began;
  const more =
    beyond > 0
      ? ` Head office holds ${beyond} entries of the epoch before that are not in it: the folder was restored from before them. They stay.`
      : '';
  await raiseAlarm(sql, {
    branch: row.branch,
    kind: 'new-epoch',
    subject: row.origin,
    detail: `The log goes on under a new key from entry ${began} on: a restored backup, a copied disk, or a replaced key.${more}`,
  });
}

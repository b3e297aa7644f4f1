/** One branch, read for its page. */
import { Failed } from '../../contract/failure.ts';
import type { Store } from '../store/store.ts';
import { FLEET, fleetValues } from './fleet-rows.ts';
import type { BranchRow, Placed } from './list-branches.ts';

export interface LogRow {
  log_no: number;
  log: string;
  device: string;
  origin: string;
  size: number;
  base_log_no: number | null;
  base_size: number;
  frozen_at: Date | null;
  made_at: Date;
  contact_at: Date | null;
  noted_at: Date | null;
  note: string | null;
  report: Record<string, unknown> | null;
}

export interface DeviceRow {
  device: string;
  platform: string;
  enrolled_at: Date;
  revoked_at: Date | null;
  revoked_by: string | null;
  revoked_why: string | null;
}

export interface AlarmRow {
  alarm: string;
  branch: string;
  kind: string;
  subject: string;
  detail: string;
  began_at: Date;
  last_at: Date;
  ended_at: Date | null;
  seen_at: Date | null;
  seen_by: string | null;
}

export interface EvidenceRow {
  evidence: string;
  log_no: number;
  kind: string;
  known: string;
  sent: string;
  device: string;
  found_at: Date;
  settled_at: Date | null;
  settled_by: string | null;
  settled_how: string | null;
  settled_why: string | null;
}

export interface WholeBranch {
  row: BranchRow;
  /** The present one first. */
  logs: LogRow[];
  devices: DeviceRow[];
  /** Open ones first; of the ended the last twenty. */
  alarms: AlarmRow[];
  evidence: EvidenceRow[];
  placed: Placed[];
  checkpoints: { log_no: number; size: number; noted_at: Date }[];
}

/** @throws Failed entry-unknown */
export async function readBranch(store: Store, branch: string, now: Date): Promise<WholeBranch> {
  const values = fleetValues(now);
  const [row] = await store.query<BranchRow>(
    `${FLEET} SELECT branch, name, tags, log_no, size, contact_at, app, alarms, unsent, state FROM fleet WHERE branch = $${values.push(branch)}`,
    values,
  );
  if (row === undefined) throw unknownThing('There is no such branch.', '/fleet/branches');
  const of = async <Row>(text: string) => await store.query<Row>(text, [branch]);
  const logs = await of<LogRow>(
    `SELECT log_no, log, device, origin, size, base_log_no, base_size, frozen_at, made_at, contact_at, noted_at, note, report
     FROM logs WHERE branch = $1 ORDER BY made_at DESC, genesis_seq DESC, log_no LIMIT 50`,
  );
  return {
    row,
    logs,
    devices: await of(
      'SELECT device, platform, enrolled_at, revoked_at, revoked_by, revoked_why FROM devices WHERE branch = $1 ORDER BY enrolled_at DESC LIMIT 50',
    ),
    alarms: await of(`SELECT * FROM alarms WHERE branch = $1 ORDER BY (ended_at IS NULL) DESC, last_at DESC LIMIT 20`),
    evidence: await of(
      'SELECT * FROM evidence WHERE log_no IN (SELECT log_no FROM logs WHERE branch = $1) ORDER BY found_at DESC LIMIT 20',
    ),
    placed:
      row.log_no === null
        ? []
        : await store.query(
            'SELECT product, place, name, version, sha256, since, seq FROM in_place WHERE log_no = $1 ORDER BY product, place, name',
            [row.log_no],
          ),
    checkpoints:
      row.log_no === null
        ? []
        : await store.query('SELECT log_no, size, noted_at FROM checkpoints WHERE log_no = $1 ORDER BY size DESC LIMIT 5', [row.log_no]),
  };
}

export function unknownThing(happened: string, where: string): Failed {
  return new Failed({
    kind: 'entry-unknown',
    happened,
    safe: 'Nothing was changed.',
    next: `Begin again from ${where}.`,
    facts: {},
  });
}

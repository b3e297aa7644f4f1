/** One entry of any type with its proof, for a person who trusts nobody. */
import type { EntryView } from '../../contract/audit.ts';
import { Failed } from '../../contract/failure.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { listLogRowsAbout } from '../../db/audit-rows.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { checkpointLog } from '../log/checkpoint-log.ts';
import { intervalOf } from '../log/intervals.ts';
import { entryProof } from '../log/prove.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';

/** @throws Failed `entry-unknown`, `log-tampered` (the bytes are not those that were stored, or the log does not add up), `log-malformed` */
export function seeEntry(branch: Branch, seq: number): EntryView {
  requirePermission(branch.role, 'read-log');
  const { db } = branch.log;
  const { entry, bytes, hash } = readEntry(db, seq, branch.log.frontier.size);
  return {
    seq,
    type: entry.type,
    wall: entry.wall,
    interval: intervalOf(db, seq),
    actor: entry.actor,
    role: entry.role,
    leafHash: hash,
    bytes,
    proof: entryProof(db, seq, checkpointLog(branch.log)),
    related: relatedTo(db, entry),
  };
}

function relatedTo(db: Reader, entry: LogEntry): EntryView['related'] {
  return 'application' in entry ? listLogRowsAbout(db, entry.application).filter(({ seq }) => seq !== entry.seq) : [];
}

function readEntry(db: Reader, seq: number, size: number): { entry: LogEntry; bytes: string; hash: string } {
  const stored = getEntry(db, seq);
  if (stored === null) throw new Failed(unknown(seq, size));
  const hash = leafHash(stored.bytes);
  if (!hash.equals(stored.leafHash)) throw new Failed(tampered(seq));
  const entry = parseCanonical(stored.bytes)?.value as LogEntry | undefined;
  if (entry === undefined) throw new Failed({ ...tampered(seq), kind: 'log-malformed', happened: `Entry ${seq} is not canonical JSON.` });
  return { entry, bytes: stored.bytes.toString('utf8'), hash: hash.toString('hex') };
}

function unknown(seq: number, size: number): Failed['failure'] {
  return {
    kind: 'entry-unknown',
    happened: `The log has no entry ${seq}; it has ${size}.`,
    safe: 'Nothing was changed.',
    next: `Give a number from 0 to ${size - 1}.`,
    facts: { seq, size },
  };
}

function tampered(seq: number): Failed['failure'] {
  return {
    kind: 'log-tampered',
    happened: `Entry ${seq} is not what was stored: its bytes do not have the hash that stands in the tree.`,
    safe: 'Nothing was changed.',
    next: 'Keep the data folder as it is and verify the log.',
    facts: { seq },
  };
}

/** Stamping, sealing into canonical bytes, storing: an entry exists when this returns, and not before. */
import { MAX_ENTRY_BYTES } from '../../contract/entry-limit.ts';
import { Failed, type Failure } from '../../contract/failure.ts';
import type { LogEntry, UnstampedEntry } from '../../contract/log-entry.ts';
import { activationOf } from '../../db/activations.ts';
import { appendPrepared, type PreparedEntry } from '../../db/append.ts';
import { decisionRowOf } from '../../db/decisions.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { leafHash } from '../../ledger/merkle.ts';
import type { BranchLog, NewEntry } from './branch-log.ts';
import { refuseWhenDiskLow } from './disk-reserve.ts';

/** Wall clock against monotonic clock: more than this apart is a jump, and is logged (never a lock-out). */
const CLOCK_TOLERANCE_MS = 120_000;

export interface AppendedEntry {
  seq: number;
  /** Hexadecimal RFC 6962 leaf hash. */
  leafHash: string;
  wall: string;
}

interface Stamp {
  wall: string;
  boot: string;
  mono: number;
  code: BranchLog['code'];
}

/**
 * Appends entries in one transaction and returns their places in the log, in order, after COMMIT.
 * A clock jump since the last entry is logged before them (and is not in the answer).
 * Throws `Failed`, with nothing stored: disk-full (decisions also below the disk's reserve), entry-too-large, disk-error, database-corrupt.
 */
export function appendEntries(log: BranchLog, added: readonly NewEntry[]): AppendedEntry[] {
  if (added.some(({ entry }) => entry.type === 'decision')) {
    const refusal = refuseWhenDiskLow(log.directory);
    if (refusal !== null) throw new Failed(refusal);
  }
  const now = log.clock.now();
  const mono = log.clock.mono();
  const stamp: Stamp = { wall: new Date(now).toISOString(), boot: log.boot, mono, code: log.code };
  const jump = clockJump(log, now, mono);
  const all: readonly NewEntry[] = jump === null ? added : [{ entry: jump }, ...added];
  const prepared = all.map((each, i) => prepareEntry(log.frontier.size + i, stamp, each));
  log.frontier = appendPrepared(log.db, log.frontier, prepared);
  log.last = { wall: now, mono };
  return prepared
    .slice(all.length - added.length)
    .map(({ seq, leafHash }) => ({ seq, leafHash: leafHash.toString('hex'), wall: stamp.wall }));
}

function clockJump(log: BranchLog, now: number, mono: number): UnstampedEntry | null {
  if (log.last === null) return null;
  const { last } = log;
  const elapsed = last.mono === null ? null : mono - last.mono;
  const off = elapsed === null ? 0 : now - (last.wall + elapsed);
  const behind = now - last.wall;
  if (Math.abs(off) <= CLOCK_TOLERANCE_MS && behind >= 0) return null;
  const jump_ms = elapsed === null ? behind : Math.round(off);
  return { type: 'clock-jump', actor: 'system', role: 'system', jump_ms };
}

function prepareEntry(seq: number, stamp: Stamp, { entry, applicant, identityKey }: NewEntry): PreparedEntry {
  // `anchor` is null until head office countersigns.
  const stamped = { v: 1, seq, anchor: null, ...stamp, ...entry } as LogEntry;
  const bytes = Buffer.from(canonicalise(stamped));
  if (bytes.length > MAX_ENTRY_BYTES) throw new Failed(tooLarge(entry.type, bytes.length));
  return {
    seq,
    type: stamped.type,
    bytes,
    leafHash: leafHash(bytes),
    decision:
      stamped.type === 'decision'
        ? { applicationId: stamped.application, row: decisionRowOf(stamped, applicant ?? null), identityKey: identityKey ?? null }
        : null,
    activation: isActivation(stamped) ? activationOf(stamped) : null,
  };
}

function isActivation(entry: LogEntry): entry is Parameters<typeof activationOf>[0] {
  return entry.type === 'model-activated' || entry.type === 'policy-activated' || entry.type === 'product-activated';
}

function tooLarge(type: string, bytes: number): Failure {
  return {
    kind: 'entry-too-large',
    happened: `The ${type} entry has ${bytes} bytes, more than the log's format holds (${MAX_ENTRY_BYTES}).`,
    safe: 'Nothing was stored.',
    next: 'Shorten the longest texts and try again.',
    facts: { type, bytes, limit: MAX_ENTRY_BYTES },
  };
}

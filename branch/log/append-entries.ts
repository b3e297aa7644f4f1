/** Stamping, sealing into canonical bytes, storing: an entry exists when this returns, and not before. */
import { MAX_ENTRY_BYTES } from '../../contract/entry-limit.ts';
import { Failed, type Failure } from '../../contract/failure.ts';
import type { LogEntry, UnstampedEntry } from '../../contract/log-entry.ts';
import { activationOf, isActivation } from '../../db/activations.ts';
import { appendPrepared, type PreparedEntry } from '../../db/append.ts';
import { decisionRowOf } from '../../db/decisions.ts';
import { eventRowOf } from '../../db/events.ts';
import { isModelState, modelStateOf } from '../../db/model-states.ts';
import { outcomeRowsOf } from '../../db/outcomes.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { addedLength, type EncodedParts, joinParts } from '../../ledger/canonical-parts.ts';
import { leafHash, prefixedLeafHash } from '../../ledger/merkle.ts';
import type { BranchLog, NewEntry } from './branch-log.ts';
import { refuseWhenDiskLow } from './disk-reserve.ts';
import { prepareStamping, type Stamp, type WrittenDecision } from './written-decision.ts';

/** Wall clock against monotonic clock: more than this apart is a jump, and is logged (never a lock-out). */
const CLOCK_TOLERANCE_MS = 120_000;

export interface AppendedEntry {
  seq: number;
  /** Hexadecimal RFC 6962 leaf hash. */
  leafHash: string;
  wall: string;
}

/**
 * Appends entries in one transaction and returns their places in the log, in order, after COMMIT.
 * A clock jump since the last entry is logged before them (behind a genesis entry), and is not in the answer.
 * Throws `Failed`, with nothing stored: disk-full (decisions also below the disk's reserve), entry-too-large, disk-error, database-corrupt.
 */
export function appendEntries(log: BranchLog, added: readonly (NewEntry | WrittenDecision)[]): AppendedEntry[] {
  if (added.some((each) => 'parts' in each || each.entry.type === 'decision')) {
    const refusal = refuseWhenDiskLow(log.directory);
    if (refusal !== null) throw new Failed(refusal);
  }
  const now = log.clock.now();
  const mono = log.clock.mono();
  const stamp: Stamp = { v: 1, anchor: log.anchor, wall: new Date(now).toISOString(), boot: log.boot, mono, code: log.code };
  const jump = clockJump(log, now, mono);
  const all = jump === null ? added : withJump(added, jump);
  const sealParts = prepareSealing(stamp, all);
  const prepared = all.map((each, i) => {
    const seq = log.frontier.size + i;
    return 'parts' in each ? prepareWritten(seq, stamp, each, sealParts) : prepareEntry(seq, stamp, each);
  });
  log.frontier = appendPrepared(log.db, log.frontier, prepared);
  log.last = { wall: now, mono };
  const own = all === added ? prepared : prepared.filter((_, i) => added.includes(all[i]!));
  return own.map(({ seq, leafHash }) => ({ seq, leafHash: leafHash.toString('hex'), wall: stamp.wall }));
}

/**
 * Before what is added; but an epoch begins with its genesis and nothing else: at the place before it stands, wherever the folder came from, an entry of its
 * own, signed for by the key before, and two entries of one place are a fork.
 */
function withJump(added: readonly (NewEntry | WrittenDecision)[], jump: UnstampedEntry): readonly (NewEntry | WrittenDecision)[] {
  const [first, ...others] = added;
  if (first !== undefined && 'entry' in first && first.entry.type === 'genesis') return [first, { entry: jump }, ...others];
  return [{ entry: jump }, ...added];
}

/** Logs a jump of the clock since the last entry, where there is one, without waiting for the next. Throws as `appendEntries`. */
export function noteClockJump(log: BranchLog): void {
  if (clockJump(log, log.clock.now(), log.clock.mono()) !== null) appendEntries(log, []);
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

function prepareEntry(seq: number, stamp: Stamp, { entry, applicant, identityKey, noteKey, people }: NewEntry): PreparedEntry {
  const stamped = { seq, ...stamp, ...entry } as LogEntry;
  return {
    seq,
    type: stamped.type,
    ...seal(entry.type, canonicalise(stamped)),
    decision:
      stamped.type === 'decision'
        ? { applicationId: stamped.application, row: decisionRowOf(stamped, applicant ?? null), identityKey: identityKey ?? null }
        : null,
    activation: isActivation(stamped) ? activationOf(stamped) : null,
    modelState: isModelState(stamped) ? modelStateOf(stamped) : null,
    outcomes: stamped.type === 'outcome' ? outcomeRowsOf(stamped) : [],
    event: stamped.type === 'decision' ? null : { row: eventRowOf(stamped), noteKey: noteKey ?? null },
    people: people ?? [],
  };
}

function prepareWritten(
  seq: number,
  { wall }: Stamp,
  { parts, applicationId, row, identityKey }: WrittenDecision,
  sealParts: (parts: EncodedParts, seq: number) => Sealed,
): PreparedEntry {
  const decision = { applicationId, row: { ...row, seq, wall }, identityKey };
  const sealed = sealParts(parts, seq);
  return { seq, type: 'decision', ...sealed, decision, activation: null, modelState: null, outcomes: [], event: null, people: [] };
}

type Sealed = Pick<PreparedEntry, 'bytes' | 'leafHash'>;

/** @returns seals decisions that are written already, into memory taken once for all of them, each behind the prefix that it is hashed with */
function prepareSealing(stamp: Stamp, added: readonly (NewEntry | WrittenDecision)[]): (parts: EncodedParts, seq: number) => Sealed {
  const stampOf = prepareStamping(stamp);
  const takeMemory = () => {
    const most = 1 + addedLength(stampOf(Number.MAX_SAFE_INTEGER));
    return Buffer.alloc(added.reduce((sum, each) => sum + ('parts' in each ? each.parts.text.length + most : 0), 0));
  };
  let memory: Buffer | undefined;
  let at = 0;
  return (parts, seq) => {
    memory ??= takeMemory();
    const end = joinParts(parts, stampOf(seq), memory, at + 1);
    const bytes = memory.subarray(at + 1, end);
    if (bytes.length > MAX_ENTRY_BYTES) throw new Failed(tooLarge('decision', bytes.length));
    memory[at] = 0;
    const leafHash = prefixedLeafHash(memory.subarray(at, end));
    at = end;
    return { bytes, leafHash };
  };
}

function seal(type: string, text: string): Sealed {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_ENTRY_BYTES) throw new Failed(tooLarge(type, bytes.length));
  return { bytes, leafHash: leafHash(bytes) };
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

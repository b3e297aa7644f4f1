/** One stored entry, by itself and in its place: bytes, canonical form, number, shape, and what it says of the log. */
import type { LogEntry } from '../../contract/log-entry.ts';
import type { StoredEntry } from '../../db/log-entries.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { checkPrevious } from './check-checkpoints.ts';
import { epochOf } from './epochs.ts';
import type { Walk } from './walk.ts';
import { trustText } from './witness-trust.ts';

/** The entry, when it can be read as one; `hash` is that of its bytes. */
export function checkEntry(walk: Walk, { seq, type, bytes, leafHash }: StoredEntry, hash: Buffer): LogEntry | null {
  const { findings, wrong } = walk;
  if (!hash.equals(leafHash)) {
    wrong.add(`0/${seq}`);
    findings.addTampered(seq, `The bytes of entry ${seq} are not those that were hashed when it was stored.`);
  }
  const value = parseCanonical(bytes)?.value;
  if (typeof value !== 'object' || value === null) {
    findings.addMalformed(seq, `Entry ${seq} is not canonical JSON.`);
    return null;
  }
  const entry = value as LogEntry;
  if (entry.seq !== seq || entry.type !== type) {
    wrong.add(`0/${seq}`);
    findings.addTampered(seq, `Entry ${seq} stands in another place or under another type than it says.`);
    return null;
  }
  if (walk.misshapen(entry)) {
    findings.addMalformed(
      seq,
      `Entry ${seq} is not an entry of this log's format: something that its type must have is missing or otherwise.`,
    );
    return null;
  }
  checkAnchor(walk, entry);
  if (entry.type === 'genesis') checkGenesis(walk, entry);
  else if (seq === 0) findings.addMalformed(0, "The first entry does not name the log's key.");
  if (entry.type === 'witnesses-trusted') walk.trust = trustText(entry);
  return entry;
}

/** An anchor is what ties an entry to a time: it must be kept, must not cover the entry itself, and never goes back. */
function checkAnchor(walk: Walk, { seq, anchor }: LogEntry): void {
  const { findings, anchors, anchored } = walk;
  if (anchor === null) {
    if (anchored > 0) findings.addTampered(seq, `Entry ${seq} names no countersigned checkpoint, though entries before it do.`);
    return;
  }
  const size = anchors.get(anchor);
  if (size === undefined) findings.addTampered(seq, `The countersigned checkpoint that entry ${seq} names is not kept.`);
  else if (size > seq) findings.addTampered(seq, `Entry ${seq} names a countersigned checkpoint that covers the entry itself.`);
  else if (size < anchored) findings.addTampered(seq, `Entry ${seq} names an older countersigned checkpoint than entries before it.`);
  else walk.anchored = size;
}

function checkGenesis(walk: Walk, entry: Extract<LogEntry, { type: 'genesis' }>): void {
  const { findings, epochs } = walk;
  const { seq, previous } = entry;
  const epoch = epochOf(entry);
  const before = epochs.at(-1);
  if (epoch === null) {
    findings.addMalformed(
      seq,
      seq === 0 ? "The first entry does not name the log's key." : `Entry ${seq} begins an epoch without naming its key.`,
    );
    return;
  }
  if (epochs.some(({ origin, vkey }) => origin === epoch.origin || vkey === epoch.vkey))
    findings.addTampered(seq, `Entry ${seq} begins an epoch under a name or key that was used before.`);
  if ((previous?.origin ?? null) !== (before?.origin ?? null))
    findings.addTampered(seq, `Entry ${seq} does not go on from the epoch before it.`);
  else if (before !== undefined && typeof previous?.checkpoint === 'string') {
    const { checkpoint } = previous;
    // An epoch that ended without a checkpoint of its own hands on the one that it was given.
    const signedIn = epochs.findLast(({ origin }) => checkpoint.startsWith(`${origin}\n`)) ?? before;
    const opened = openCheckpoint(checkpoint, signedIn.key);
    if ('problem' in opened || opened.size > seq || !checkPrevious(walk, opened))
      findings.addTampered(seq, `What entry ${seq} says that the epoch before it had reached is not what is stored.`);
  }
  epochs.push(epoch);
}

/** Verifying a log: everything is computed again from the stored bytes, and everything else that is stored is held against it. */
import { setImmediate } from 'node:timers/promises';
import { Failed } from '../../contract/failure.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { findDamage } from '../../db/check-pages.ts';
import { listCheckpoints, type StoredCheckpoint } from '../../db/checkpoints.ts';
import { holdSnapshot, type Reader } from '../../db/handle.ts';
import { getLogState, listEntries, type StoredEntry } from '../../db/log-entries.ts';
import { getSetting } from '../../db/settings.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, type Frontier, leafHash, rootOf, type TreeNode } from '../../ledger/merkle.ts';
import { type NoteVerifier, parseSkey, parseVkey } from '../../ledger/note-keys.ts';
import { checkNodes, checkQueryRows, checkRowCounts, type WrongNodes } from './check-tables.ts';
import { Findings } from './findings.ts';

/** Entries per step; between steps other work of the process gets its turn. */
const CHUNK = 512;

export type VerifyStep = { step: 'progress'; done: number; total: number } | { step: 'report'; report: VerifyReport };

/** Where a verification stands. */
interface Walk {
  reader: Reader;
  findings: Findings;
  frontier: Frontier;
  wrong: WrongNodes;
  /** The log's key by its own first entry; null before that is read, or when it cannot be. */
  key: NoteVerifier | null;
  counted: { decisions: number; activations: number; events: number };
}

/**
 * Recomputes canonical form, place, leaf hash, tree, root and checkpoints of every entry as of now, and cross-checks every table that
 * follows from them; yields progress and at last the report. `reader` must be a handle of its own (see `openReader`).
 * Damage is told in the report, never thrown; throws `Failed` disk-error only.
 */
export async function* verifyLog(reader: Reader): AsyncGenerator<VerifyStep, void, void> {
  const walk: Walk = {
    reader,
    findings: new Findings(),
    frontier: EMPTY_FRONTIER,
    wrong: new Set(),
    key: null,
    counted: { decisions: 0, activations: 0, events: 0 },
  };
  const snapshot = holdSnapshot(reader);
  try {
    const { size } = getLogState(reader);
    while (verifyChunk(walk, size)) {
      yield { step: 'progress', done: walk.frontier.size, total: Math.max(size, walk.frontier.size) };
      await setImmediate();
    }
    checkEnd(walk);
    for (const { table } of findDamage(reader)) walk.findings.addMalformed(null, `The table ${table} is damaged.`);
  } catch (error) {
    if (!(error instanceof Failed) || error.failure.kind !== 'database-corrupt') throw error;
    walk.findings.addMalformed(
      walk.frontier.size,
      `The database is damaged: nothing can be read from about entry ${walk.frontier.size} on.`,
    );
  } finally {
    snapshot.release();
  }
  yield { step: 'report', report: reportOf(walk) };
}

function reportOf({ findings, frontier }: Walk): VerifyReport {
  const root = rootOf(frontier).toString('base64');
  return { verdict: findings.verdict(), size: frontier.size, countersigned: 0, root, findings: findings.list };
}

/** Verifies the next entries, up to the next checkpoint; false when there are no more. */
function verifyChunk(walk: Walk, size: number): boolean {
  const { reader, findings } = walk;
  const from = walk.frontier.size;
  const checkpoint = listCheckpoints(reader, from, 1)[0];
  const limit = Math.min(CHUNK, size - from, (checkpoint?.size ?? Number.POSITIVE_INFINITY) - from);
  if (limit <= 0) return false;
  const stored = listEntries(reader, from, limit);
  const gap = stored.findIndex(({ seq }, i) => seq !== from + i);
  const entries = gap < 0 ? stored : stored.slice(0, gap);
  if (entries.length < limit) findings.addTampered(from + entries.length, `Entry ${from + entries.length} is missing.`);
  const parsed: LogEntry[] = [];
  const nodes: TreeNode[] = [];
  for (const entry of entries) {
    const hash = leafHash(entry.bytes);
    const read = verifyEntry(walk, entry, hash);
    if (read !== null) parsed.push(read);
    nodes.push(...verifyPlace(walk, entry, hash));
  }
  checkNodes(reader, nodes, walk.wrong, findings);
  checkRows(walk, from, from + entries.length, parsed);
  if (checkpoint?.size === walk.frontier.size) checkCheckpoint(walk, checkpoint);
  // Behind a missing entry no hash can be computed any more.
  return entries.length === limit;
}

/** Adds the entry to the tree, holds the root that may be stored with it against the tree, and returns the nodes that it completes. */
function verifyPlace(walk: Walk, { seq, root }: StoredEntry, hash: Buffer): TreeNode[] {
  const { frontier, nodes } = extendFrontier(walk.frontier, [hash]);
  walk.frontier = frontier;
  if (root !== null && !rootOf(frontier).equals(root)) {
    // Behind a wrong entry every root is wrong.
    if (walk.wrong.size === 0) walk.findings.addTampered(seq, `The root stored with entry ${seq} is not that of the entries up to it.`);
    walk.wrong.add(`0/${seq}`);
  }
  return nodes;
}

function verifyEntry(walk: Walk, { seq, type, bytes, leafHash: stored }: StoredEntry, hash: Buffer): LogEntry | null {
  const { findings, wrong } = walk;
  if (!hash.equals(stored)) {
    wrong.add(`0/${seq}`);
    findings.addTampered(seq, `The bytes of entry ${seq} are not those that were hashed when it was stored.`);
  }
  const value = parseCanonical(bytes)?.value;
  if (typeof value !== 'object' || value === null) {
    findings.addMalformed(seq, `Entry ${seq} is not canonical JSON.`);
    return null;
  }
  const entry = value as LogEntry;
  if (entry.v !== 1) findings.addMalformed(seq, `Entry ${seq} has a version that this program does not know.`);
  if (entry.seq !== seq || entry.type !== type) {
    wrong.add(`0/${seq}`);
    findings.addTampered(seq, `Entry ${seq} stands in another place or under another type than it says.`);
    return null;
  }
  if (seq === 0) readGenesis(walk, entry);
  return entry;
}

function readGenesis(walk: Walk, entry: LogEntry): void {
  const key = entry.type === 'genesis' && typeof entry.vkey === 'string' ? parseVkey(entry.vkey) : null;
  if (key === null || entry.type !== 'genesis' || key.name !== entry.origin) {
    walk.findings.addMalformed(0, "The first entry does not name the log's key.");
    return;
  }
  walk.key = key;
  const skey = getSetting(walk.reader, 'log.skey');
  const signer = skey === null ? null : parseSkey(skey);
  if (signer?.vkey !== entry.vkey) walk.findings.addTampered(0, 'The key that signs is not the one that the first entry names.');
}

function checkRows(walk: Walk, from: number, to: number, entries: readonly LogEntry[]): void {
  walk.counted.decisions += entries.filter(({ type }) => type === 'decision').length;
  walk.counted.events += entries.filter(({ type }) => type !== 'decision').length;
  walk.counted.activations += entries.filter(({ type }) => type.endsWith('-activated')).length;
  checkQueryRows(walk.reader, from, to, entries, walk.findings);
}

function checkCheckpoint({ key, frontier, findings }: Walk, { size, root, note }: StoredCheckpoint): void {
  if (key === null) {
    findings.addMalformed(size - 1, `The checkpoint of ${size} entries cannot be checked: the log's key is not known.`);
    return;
  }
  const opened = openCheckpoint(note, key);
  if ('problem' in opened || opened.size !== size || !opened.root.equals(root)) {
    findings.addTampered(size - 1, `The checkpoint of ${size} entries is not what the log's key signed.`);
  } else if (!root.equals(rootOf(frontier))) {
    findings.addTampered(size - 1, `The first ${size} entries are not those that the checkpoint of that size was signed over.`);
  }
}

/** What can be said only when all entries have been read. */
function checkEnd(walk: Walk): void {
  const { reader, findings, frontier, counted } = walk;
  if (frontier.size === 0) findings.addMalformed(null, 'The log has no entries.');
  const { size, root } = getLogState(reader);
  if (root === null) findings.addTampered(size - 1, `The log ends with entry ${size - 1} in the middle of a commit.`);
  const beyond = listCheckpoints(reader, frontier.size, 1)[0];
  if (beyond !== undefined)
    findings.addTampered(null, `A checkpoint was signed over ${beyond.size} entries, but only ${frontier.size} are there.`);
  checkRowCounts(reader, frontier.size, counted, findings);
}

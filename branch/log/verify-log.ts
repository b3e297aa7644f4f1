/** Verifying a log: everything is computed again from the stored bytes, and everything else that is stored is held against it. */
import { setImmediate } from 'node:timers/promises';
import { Failed } from '../../contract/failure.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { findDamage } from '../../db/check-pages.ts';
import { listCheckpoints } from '../../db/checkpoints.ts';
import { listCountersigned } from '../../db/countersigned.ts';
import { holdSnapshot, type Reader } from '../../db/handle.ts';
import { getLogState, listEntries, type StoredEntry } from '../../db/log-entries.ts';
import { isModelState } from '../../db/model-states.ts';
import { passOverEntries } from '../../db/rows-as-text.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf, type TreeNode } from '../../ledger/merkle.ts';
import type { WitnessPolicy } from '../../ledger/witness-policy.ts';
import { checkCheckpoint, checkCountersigned, checkSigning } from './check-checkpoints.ts';
import { checkEntry } from './check-entry.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { checkPeople, notePeople } from './check-people.ts';
import { checkNamed, checkNodes, checkQueryRows, checkRowCounts } from './check-tables.ts';
import { Findings } from './findings.ts';
import type { Walk } from './walk.ts';
import { walkQuickly } from './walk-quickly.ts';
import { trustedWitnesses } from './witness-trust.ts';

/** Entries per step; between steps other work of the process gets its turn. */
const CHUNK = 512;

export type VerifyStep = { step: 'progress'; done: number; total: number } | { step: 'report'; report: VerifyReport };

/**
 * Recomputes canonical form, shape, place, leaf hash, tree, roots, epochs, anchors and checkpoints of every entry as of now, and cross-checks every
 * table that follows from them; yields progress and at last the report. `reader` must be a handle of its own (see `openReader`).
 * Damage is told in the report, never thrown; throws `Failed` disk-error only.
 */
export async function* verifyLog(reader: Reader): AsyncGenerator<VerifyStep, void, void> {
  const { findMisshapen } = await import('./entry-shape.ts');
  const findings = new Findings();
  const snapshot = holdSnapshot(reader);
  const anchors = new Map<string, number>();
  const walk = beginWalk(reader, findings, findMisshapen, anchors);
  try {
    for (const { sha256, size } of listCountersigned(reader, 0, -1)) anchors.set(sha256, size);
    const policy = trustedWitnesses(reader)?.policy ?? null;
    const { size } = getLogState(reader);
    while (verifyChunk(walk, size, policy)) {
      yield { step: 'progress', done: walk.frontier.size, total: Math.max(size, walk.frontier.size) };
      await setImmediate();
    }
    checkEnd(walk);
    for (const { table } of findDamage(reader)) findings.addMalformed(null, `The table ${table} is damaged.`);
  } catch (error) {
    if (!(error instanceof Failed) || error.failure.kind !== 'database-corrupt') throw error;
    findings.addMalformed(walk.frontier.size, `The database is damaged: nothing can be read from about entry ${walk.frontier.size} on.`);
  } finally {
    walk.pass.close();
    snapshot.release();
  }
  yield { step: 'report', report: reportOf(walk) };
}

function beginWalk(reader: Reader, findings: Findings, misshapen: Walk['misshapen'], anchors: Walk['anchors']): Walk {
  return {
    reader,
    findings,
    pass: passOverEntries(reader),
    frontier: EMPTY_FRONTIER,
    wrong: new Set(),
    epochs: [],
    anchors,
    anchored: 0,
    trust: null,
    countersigned: 0,
    office: { key: null, vkey: null, next: 1 },
    people: { accounts: new Map(), officersSeeAll: false },
    counted: { decisions: 0, activations: 0, modelStates: 0, outcomes: 0, events: 0 },
    misshapen,
  };
}

function reportOf({ findings, frontier, countersigned }: Walk): VerifyReport {
  const root = rootOf(frontier).toString('base64');
  const verdict = findings.verdict(frontier.size - countersigned);
  return { verdict, size: frontier.size, countersigned, root, findings: findings.list };
}

/** Verifies the next entries, up to the next checkpoint; false when there are no more. */
function verifyChunk(walk: Walk, size: number, policy: WitnessPolicy | null): boolean {
  const { reader } = walk;
  const from = walk.frontier.size;
  const checkpoint = listCheckpoints(reader, from, 1)[0];
  const countersigned = listCountersigned(reader, from, 1)[0];
  const next = Math.min(checkpoint?.size ?? Number.POSITIVE_INFINITY, countersigned?.size ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(CHUNK, size - from, next - from);
  if (limit <= 0) return false;
  const isWhole = passQuickly(walk, from, limit) || passSlowly(walk, from, limit);
  if (checkpoint?.size === walk.frontier.size) checkCheckpoint(walk, checkpoint);
  if (countersigned?.size === walk.frontier.size) checkCountersigned(walk, countersigned, policy);
  // Behind a missing entry no hash can be computed any more.
  return isWhole;
}

/** Where all is well; false, with nothing done, where that is not plain. */
function passQuickly(walk: Walk, from: number, count: number): boolean {
  const { reader, findings, counted } = walk;
  if (walk.wrong.size > 0) return false;
  const quick = walkQuickly(walk, from, walk.pass.take(count));
  if (quick === null) return false;
  walk.frontier = quick.frontier;
  walk.anchored = quick.anchored;
  counted.decisions += quick.decisions;
  counted.events += quick.others.length;
  checkNodes(reader, quick.nodes, walk.wrong, findings);
  for (const entry of quick.named) checkNamed(reader, entry, findings);
  notePeople(walk.people, quick.others, findings);
  return true;
}

/** Entry by entry, naming what is wrong; false when one is missing. */
function passSlowly(walk: Walk, from: number, limit: number): boolean {
  const { reader, findings } = walk;
  const stored = listEntries(reader, from, limit);
  const gap = stored.findIndex(({ seq }, i) => seq !== from + i);
  const entries = gap < 0 ? stored : stored.slice(0, gap);
  if (entries.length < limit) findings.addTampered(from + entries.length, `Entry ${from + entries.length} is missing.`);
  const parsed: LogEntry[] = [];
  const nodes: TreeNode[] = [];
  for (const entry of entries) {
    const hash = leafHash(entry.bytes);
    const read = checkEntry(walk, entry, hash);
    if (read !== null) parsed.push(read);
    nodes.push(...verifyPlace(walk, entry, hash));
  }
  checkNodes(reader, nodes, walk.wrong, findings);
  checkRows(walk, from, from + entries.length, parsed);
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

function checkRows(walk: Walk, from: number, to: number, entries: readonly LogEntry[]): void {
  walk.counted.decisions += entries.filter(({ type }) => type === 'decision').length;
  walk.counted.events += entries.filter(({ type }) => type !== 'decision').length;
  walk.counted.activations += entries.filter(({ type }) => type.endsWith('-activated')).length;
  walk.counted.modelStates += entries.filter(isModelState).length;
  checkQueryRows(walk.reader, from, to, entries, walk.findings);
  walk.counted.outcomes += checkOutcomes(walk, from, to, entries);
  notePeople(walk.people, entries, walk.findings);
}

/** What can be said only when all entries have been read. */
function checkEnd(walk: Walk): void {
  const { reader, findings, frontier, counted, pass } = walk;
  if (frontier.size === 0) findings.addMalformed(null, 'The log has no entries.');
  const { size, root } = getLogState(reader);
  if (root === null) findings.addTampered(size - 1, `The log ends with entry ${size - 1} in the middle of a commit.`);
  checkSigning(walk);
  checkPeople(reader, walk.people, findings);
  const entries = pass.isAtEnd() ? pass.seen : null;
  pass.close();
  checkRowCounts(reader, frontier.size, entries, counted, findings);
}

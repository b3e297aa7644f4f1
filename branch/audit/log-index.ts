/** The columns of a branch's log, read in beside the writer and kept up with it; one set per open log. */
import { setImmediate } from 'node:timers/promises';
import type { LogFilter } from '../../contract/audit.ts';
import { closeDatabase } from '../../db/handle.ts';
import type { BranchLog } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';
import { LogColumns } from './log-columns.ts';
import { matchEntries } from './match-entries.ts';

/** Entries read in at a time, two or three ms: between two of them other work of the service gets its turn. */
const CHUNK = 1024;
/** Results kept: scrolling asks for the same one over and over, and one of a million entries takes 4 MB. */
const KEPT_RESULTS = 4;

interface LogIndex {
  columns: LogColumns;
  results: Map<string, Uint32Array>;
  /** The reading in that is under way; never rejects. */
  reading: Promise<unknown>;
}

const indexes = new WeakMap<BranchLog, LogIndex>();

function indexOf({ log }: Branch): LogIndex {
  let index = indexes.get(log);
  if (index === undefined) {
    index = { columns: new LogColumns(), results: new Map(), reading: Promise.resolve() };
    indexes.set(log, index);
  }
  return index;
}

/** The columns with at least the entries that the log has now. @throws Failed as reading from the database does */
export async function columnsOf(branch: Branch): Promise<LogColumns> {
  const index = indexOf(branch);
  const { size } = branch.log.frontier;
  if (index.columns.size < size) {
    const reading = index.reading.then(() => readIn(branch, index.columns, size));
    index.reading = reading.catch(() => {
      // Whoever asked is told; the next to ask reads on from where this one came to.
    });
    await reading;
  }
  return index.columns;
}

async function readIn(branch: Branch, columns: LogColumns, size: number): Promise<void> {
  if (size - columns.size <= CHUNK) {
    if (columns.size < size) columns.extend(branch.log.db, size);
    return;
  }
  const reader = branch.openReader();
  try {
    while (columns.size < size) {
      columns.extend(reader, Math.min(columns.size + CHUNK, size));
      await setImmediate();
    }
  } finally {
    closeDatabase(reader);
  }
}

/** Numbers of the entries before `upTo` that the filter lets through, oldest first. */
export async function matchingEntries(branch: Branch, filter: LogFilter, upTo: number): Promise<Uint32Array> {
  const columns = await columnsOf(branch);
  const { results } = indexOf(branch);
  const key = JSON.stringify([upTo, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const kept = results.get(key);
  const result = kept ?? matchEntries(columns, filter, upTo);
  // The one used last goes to the end; the one at the front is dropped.
  results.delete(key);
  results.set(key, result);
  for (const oldest of results.keys()) {
    if (results.size <= KEPT_RESULTS) break;
    results.delete(oldest);
  }
  return result;
}

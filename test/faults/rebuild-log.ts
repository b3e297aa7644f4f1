/**
 * A forger with the branch's PC and its key: takes a log's entries, changes them as they like, and builds a log that fits together again
 * around them: numbers, hashes, tree, roots, what the screens query, and the log's own signature.
 */
import { join } from 'node:path';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { activationOf, isActivation } from '../../db/activations.ts';
import { appendPrepared, type PreparedEntry } from '../../db/append.ts';
import { type CountersignedCheckpoint, insertCountersigned } from '../../db/countersigned.ts';
import { decisionRowOf } from '../../db/decisions.ts';
import { eventRowOf } from '../../db/events.ts';
import { closeDatabase } from '../../db/handle.ts';
import { isModelState, modelStateOf } from '../../db/model-states.ts';
import { openWriter } from '../../db/open-database.ts';
import { outcomeRowsOf } from '../../db/outcomes.ts';
import { putSettings, type SettingKey } from '../../db/settings.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { EMPTY_FRONTIER, leafHash } from '../../ledger/merkle.ts';
import { CODE, KEY } from '../support/log-samples.ts';

export interface ForgedLog {
  entries: readonly LogEntry[];
  /** What else the folder holds; the log's key above all. */
  settings: Partial<Record<SettingKey, string>>;
  countersigned: readonly CountersignedCheckpoint[];
}

/** Writes the log into a new database of this folder; gives the file. */
export function rebuildLog(directory: string, { entries, settings, countersigned }: ForgedLog): string {
  const file = join(directory, 'outpost.db');
  const opened = openWriter(file, KEY);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  const { db } = opened;
  try {
    putSettings(db, settings);
    appendPrepared(
      db,
      EMPTY_FRONTIER,
      entries.map((entry, seq) => prepare({ ...entry, seq })),
    );
    for (const checkpoint of countersigned) insertCountersigned(db, checkpoint);
    checkpointLog(openLog({ db, directory, clock: { now: () => Date.now(), mono: () => 0 }, code: CODE }));
    return file;
  } finally {
    closeDatabase(db);
  }
}

function prepare(entry: LogEntry): PreparedEntry {
  const bytes = Buffer.from(canonicalise(entry));
  return {
    seq: entry.seq,
    type: entry.type,
    bytes,
    leafHash: leafHash(bytes),
    decision: entry.type === 'decision' ? { applicationId: entry.application, row: decisionRowOf(entry, null), identityKey: null } : null,
    activation: isActivation(entry) ? activationOf(entry) : null,
    modelState: isModelState(entry) ? modelStateOf(entry) : null,
    outcomes: entry.type === 'outcome' ? outcomeRowsOf(entry) : [],
    event: entry.type === 'decision' ? null : { row: eventRowOf(entry), noteKey: null },
    people: [],
  };
}

/** The checkpoint of a submission: whose it is, and what is kept of it. */
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { cosignatureLine } from '../../ledger/note.ts';
import { type NoteSigner, type NoteVerifier, parseVkey } from '../../ledger/note-keys.ts';

export interface SentCheckpoint extends Checkpoint {
  /** Its text under the log's signature alone: lines of others, whom head office does not know, are left out of what it keeps. */
  note: string;
}

/** null: not a checkpoint of this log that its key has signed. */
export function openSentCheckpoint(note: string, vkey: string): SentCheckpoint | null {
  const log = parseVkey(vkey);
  const split = note.lastIndexOf('\n\n');
  if (log === null || split < 0) return null;
  const own = note
    .slice(split + 2)
    .split('\n')
    .filter((line) => line.startsWith(`\u2014 ${log.name} `));
  const kept = `${note.slice(0, split + 2)}${own.map((line) => `${line}\n`).join('')}`;
  const opened = openCheckpoint(kept, log as NoteVerifier);
  return 'problem' in opened ? null : { ...opened, note: kept };
}

/** Head office's line under a checkpoint. @param now milliseconds since 1970 */
export function countersign(note: string, witness: NoteSigner, now: number): string {
  return cosignatureLine(note, witness, Math.floor(now / 1000));
}

/** The line of a note that head office has countersigned before. */
export function lineOf(note: string, witness: NoteSigner): string | null {
  const line = note.split('\n').findLast((each) => each.startsWith(`\u2014 ${witness.name} `));
  return line === undefined ? null : `${line}\n`;
}

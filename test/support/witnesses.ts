/** Witnesses with fixed keys, and what they put under a checkpoint. Knows no test runner. */
import { createHash } from 'node:crypto';
import { cosignatureLine } from '../../ledger/note.ts';
import { type NoteSigner, witnessSigner } from '../../ledger/note-keys.ts';

/** The witness of this name; the same key each time. */
export function witnessNamed(name: string): NoteSigner {
  return witnessSigner(`witness.invalid/${name}`, createHash('sha256').update(name).digest());
}

/** The checkpoint with each witness's line, at these Unix seconds of their clocks. */
export function countersigned(note: string, ...cosigners: [witness: NoteSigner, time: number][]): string {
  return note + cosigners.map(([witness, time]) => cosignatureLine(note, witness, time)).join('');
}

/** Signed notes (C2SP signed-note) whose text is one value in canonical JSON and a newline: what head office hands out for a branch to believe. */
import { canonicalise, parseCanonical } from './canonical-json.ts';
import { type NoteProblem, openNote, signNote } from './note.ts';
import type { NoteSigner, NoteVerifier } from './note-keys.ts';

/** Throws NotCanonicalisable for what is no JSON value. */
export function signJson(value: unknown, signer: NoteSigner): string {
  return signNote(`${canonicalise(value)}\n`, signer);
}

/** The value, once the signature of `verifier` holds. Of its form nothing is known yet. */
export function openSignedJson(note: string | Uint8Array, verifier: NoteVerifier): { value: unknown } | { problem: NoteProblem } {
  const opened = openNote(note, [verifier]);
  if ('problem' in opened) return opened;
  return parseCanonical(Buffer.from(opened.text.slice(0, -1))) ?? { problem: 'malformed' };
}

/** The value without any look at who signed it, to find out whose key to ask for; null when there is none to read. */
export function peekSignedJson(note: string): { value: unknown } | null {
  const split = note.lastIndexOf('\n\n');
  return split < 0 ? null : parseCanonical(Buffer.from(note.slice(0, split)));
}

/** Which witnesses are believed, and how many of them it takes (C2SP tlog-cosignature; decision log, "Cosignature"). */
import type { NoteSignature } from './note.ts';
import { COSIGNATURE_KEY, type NoteVerifier, parseVkey } from './note-keys.ts';

export interface WitnessPolicy {
  witnesses: readonly NoteVerifier[];
  /** So many of them must have countersigned: of any so many, one at least is taken to be honest. */
  quorum: number;
}

/** A policy of these verifier keys (type 04); null when one is no witness's key, one stands for two, or the quorum cannot be reached. */
export function readWitnessPolicy(vkeys: readonly string[], quorum: number): WitnessPolicy | null {
  const witnesses: NoteVerifier[] = [];
  const keys = new Set<string>();
  for (const vkey of vkeys) {
    const witness = parseVkey(vkey);
    if (witness === null || witness.type !== COSIGNATURE_KEY) return null;
    witnesses.push(witness);
    // One key under two names would count twice.
    keys.add(String(witness.publicKey.export({ format: 'jwk' }).x));
  }
  const names = new Set(witnesses.map(({ name }) => name));
  if (keys.size < witnesses.length || names.size < witnesses.length) return null;
  return Number.isSafeInteger(quorum) && quorum >= 1 && quorum <= witnesses.length ? { witnesses, quorum } : null;
}

/**
 * Between which times a quorum saw a checkpoint, in Unix seconds; null where there is none. Whatever was made from the note is later than
 * `since`, what the checkpoint covers is earlier than `until`: of any quorum one witness is honest, so the bounds are its earliest member's.
 */
export function quorumTimes(cosignatures: readonly NoteSignature[], quorum: number): { since: number; until: number } | null {
  const times = cosignatures.flatMap(({ time }) => (time === undefined ? [] : [time])).sort((a, b) => a - b);
  if (quorum < 1 || times.length < quorum) return null;
  return { since: times.at(-quorum)!, until: times[quorum - 1]! };
}

/** An applicant's receipt, held against a log as it is now, or, where nobody has the log, by itself. */
import { Failed } from '../contract/failure.ts';
import type { Reader } from '../db/handle.ts';
import { getEntry, getLogState, listEntries } from '../db/log-entries.ts';
import { type OpenedCheckpoint, openCheckpoint, parseCheckpointBody } from '../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../ledger/merkle.ts';
import { LOG_KEY, type NoteVerifier, parseVkey } from '../ledger/note-keys.ts';
import { parseTlogProof, type TlogProof, verifyTlogProof } from '../ledger/tlog-proof.ts';
import { quorumTimes, readWitnessPolicy, type WitnessPolicy } from '../ledger/witness-policy.ts';
import { listEpochs } from './log/epochs.ts';
import { trustedWitnesses } from './log/witness-trust.ts';

export interface CheckedReceipt {
  /**
   * `holds`: the log agrees, or a quorum of witnesses stands for the checkpoint; `unwitnessed`: it is signed and complete, but nobody besides the log
   * vouches for it; `contradicted`: the log is not the one that the receipt was given from.
   */
  verdict: 'holds' | 'unwitnessed' | 'contradicted';
  /** What was found, for a person. */
  says: string;
  origin: string;
  seq: number;
  /** Entries that the receipt's checkpoint covers. */
  size: number;
  /** Hexadecimal leaf hash that the receipt speaks of. */
  leafHash: string;
  /** RFC 3339: a quorum of witnesses had seen the checkpoint by then; null: none. */
  witnessed: string | null;
}

/** Entries read at a time. */
const CHUNK = 512;

/**
 * The receipt by itself: the log's signature, and that an entry of this hash is in its tree. `vkey` is the log's, `leaf` the hexadecimal leaf hash where the
 * receipt does not carry it, `trusted` whose countersignatures count (null: nobody's).
 * Throws `Failed` receipt-malformed where signature or proof do not hold, usage for a key that is none.
 */
export function checkReceiptAlone(
  text: string,
  vkey: string,
  leaf: string | null,
  trusted: { witnesses: readonly string[]; quorum: number } | null,
): CheckedReceipt {
  const key = parseVkey(vkey);
  const policy = trusted === null ? null : readWitnessPolicy(trusted.witnesses, trusted.quorum);
  if (key?.type !== LOG_KEY || (trusted !== null && policy === null))
    throw new Failed(usage('A verifier key cannot be read, or the quorum not be reached.'));
  const proof = parse(text);
  const hash = leaf === null ? proof.extra : Buffer.from(leaf, 'hex');
  if (hash?.length !== 32)
    throw new Failed(usage('The receipt does not carry the hash of its decision.', 'Give it with --hash, as the notice shows it.'));
  const opened = open(proof, hash, key, policy);
  const witnessed = witnessedAt(opened, policy);
  const verdict = witnessed === null ? 'unwitnessed' : 'holds';
  const says =
    witnessed === null
      ? `The log signed that entry ${proof.index} is among its ${opened.size} entries. No witness vouches for it.`
      : `Entry ${proof.index} is among the ${opened.size} entries that the log signed and witnesses countersigned.`;
  return { verdict, says, ...of(opened, proof, hash), witnessed };
}

/**
 * The receipt against the log: its epoch's key, the entry's bytes, and the tree over all bytes that its checkpoint covers, hashed again.
 * Throws `Failed` receipt-malformed where signature or proof do not hold.
 */
export function checkReceipt(reader: Reader, text: string): CheckedReceipt {
  const proof = parse(text);
  const policy = trustedWitnesses(reader)?.policy ?? null;
  const body = parseCheckpointBody(proof.checkpoint.slice(0, proof.checkpoint.lastIndexOf('\n\n') + 1));
  if (body === null) throw new Failed(malformed('Its checkpoint cannot be read.'));
  const epoch = listEpochs(reader).find(({ origin }) => origin === body.origin);
  const { size } = getLogState(reader);
  const hash = proof.extra ?? leafOf(reader, proof.index) ?? Buffer.alloc(32);
  const found = { origin: body.origin, seq: proof.index, size: body.size, leafHash: hash.toString('hex'), witnessed: null };
  const contradicted = (says: string): CheckedReceipt => ({ verdict: 'contradicted', says, ...found });
  if (epoch === undefined)
    return contradicted(`This log was never called ${body.origin}: the receipt is another branch's, or the log was begun anew.`);
  const signed = openCheckpoint(proof.checkpoint, epoch.key, policy?.witnesses ?? []);
  if ('problem' in signed) throw new Failed(malformed(`The log's signature does not hold (${signed.problem}).`));
  if (size < signed.size)
    return contradicted(`The log had ${signed.size} entries when the receipt was given, and has ${size} now: it was cut.`);
  if (!leafOf(reader, proof.index)?.equals(hash))
    return contradicted(`Entry ${proof.index} is not the one that the receipt was given for.`);
  if (!rootOfBytes(reader, signed.size).equals(signed.root))
    return contradicted(`The first ${signed.size} entries are not those of the day of the receipt.`);
  const opened = open(proof, hash, epoch.key, policy);
  const says = `Entry ${proof.index} is in the log, and the ${opened.size} entries of the day of the receipt are all there, unchanged.`;
  return { verdict: 'holds', says, ...found, witnessed: witnessedAt(opened, policy) };
}

function parse(text: string): TlogProof {
  const proof = parseTlogProof(text);
  if (proof === null) throw new Failed(malformed('It is not a C2SP tlog-proof.'));
  return proof;
}

function open(proof: TlogProof, leaf: Buffer, key: NoteVerifier, policy: WitnessPolicy | null): OpenedCheckpoint {
  const opened = verifyTlogProof(proof, leaf, key, policy?.witnesses ?? []);
  if (!('problem' in opened)) return opened;
  throw new Failed(
    malformed(opened.problem === 'not-included' ? 'Its proof does not hold.' : `The log's signature does not hold (${opened.problem}).`),
  );
}

function of(
  { origin, size }: OpenedCheckpoint,
  { index }: TlogProof,
  leaf: Buffer,
): Pick<CheckedReceipt, 'origin' | 'seq' | 'size' | 'leafHash'> {
  return { origin, seq: index, size, leafHash: leaf.toString('hex') };
}

function witnessedAt({ cosignatures }: OpenedCheckpoint, policy: WitnessPolicy | null): string | null {
  const times = policy === null ? null : quorumTimes(cosignatures, policy.quorum);
  return times === null || times.until > 8.64e12 ? null : new Date(times.until * 1000).toISOString();
}

function leafOf(reader: Reader, seq: number): Buffer | null {
  const stored = getEntry(reader, seq);
  return stored === null ? null : leafHash(stored.bytes);
}

/** From the entries' own bytes: a stored tree could have been left as it was. */
function rootOfBytes(reader: Reader, size: number): Buffer {
  let frontier = EMPTY_FRONTIER;
  while (frontier.size < size) {
    const entries = listEntries(reader, frontier.size, Math.min(CHUNK, size - frontier.size));
    if (entries.length === 0) break;
    frontier = extendFrontier(
      frontier,
      entries.map(({ bytes }) => leafHash(bytes)),
    ).frontier;
  }
  return rootOf(frontier);
}

function malformed(why: string): Failed['failure'] {
  return {
    kind: 'receipt-malformed',
    happened: `The receipt cannot be relied on. ${why}`,
    safe: 'Nothing was changed.',
    next: 'Copy it again, whole and without changes; if that does not help, it was not made by this log.',
    facts: {},
  };
}

function usage(happened: string, next = 'Give the vkey of the log (--vkey), and those of witnesses with a quorum.'): Failed['failure'] {
  return { kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} };
}

/** The checkpoints of a bundle, and the proofs that tie the older ones to the newest. */
import type { LogEntry } from '../../contract/log-entry.ts';
import { listCheckpoints } from '../../db/checkpoints.ts';
import { listCountersigned } from '../../db/countersigned.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { parseCheckpointBody } from '../../ledger/checkpoint.ts';
import type { Epoch } from '../log/epochs.ts';
import { consistencyBetween } from '../log/prove.ts';
import type { BundledFile } from './bundled-file.ts';

const PAGE = 256;

/** Every stored or countersigned checkpoint up to `size`, byte for byte; a second note of one size is `checkpoints/<size>-2`. */
export function* checkpointFiles(reader: Reader, size: number): Generator<BundledFile, void, void> {
  const countersigned = new Map<number, string>();
  // Entries anchor to what was countersigned: those notes come first. There are few of them.
  for (const { size: at, note } of pages((from) => listCountersigned(reader, from, PAGE))) if (at <= size) countersigned.set(at, note);
  for (const [at, note] of countersigned) yield { path: `checkpoints/${at}`, bytes: note };
  for (const { size: at, note } of pages((from) => listCheckpoints(reader, from, PAGE))) {
    if (at > size) return;
    const other = countersigned.get(at);
    if (other !== note) yield { path: `checkpoints/${at}${other === undefined ? '' : '-2'}`, bytes: note };
  }
}

/** Proofs from every smaller checkpoint, and from what each epoch says of the one before, to the newest. */
export function* consistencyFiles(reader: Reader, size: number, epochs: readonly Epoch[]): Generator<BundledFile, void, void> {
  const sizes = new Set<number>();
  for (const page of [listCountersigned, listCheckpoints])
    for (const { size: at } of pages((from) => page(reader, from, PAGE))) sizes.add(at);
  for (const { from } of epochs) {
    const at = previousSize(reader, from);
    if (at !== null) sizes.add(at);
  }
  for (const at of sizes) {
    if (at >= size) continue;
    const hashes = consistencyBetween(reader, at, size);
    yield { path: `consistency/${at}-${size}`, bytes: hashes.map((hash) => `${hash.toString('base64')}\n`).join('') };
  }
}

function* pages<T extends { size: number }>(read: (from: number) => T[]): Generator<T, void, void> {
  for (let page = read(0); page.length > 0; page = read(page.at(-1)!.size)) yield* page;
}

/** Size of the checkpoint by which the genesis entry `seq` ties its epoch to the one before; null where it names none. */
function previousSize(reader: Reader, seq: number): number | null {
  const bytes = getEntry(reader, seq)?.bytes;
  const entry = bytes === undefined ? undefined : (parseCanonical(bytes)?.value as LogEntry | undefined);
  const note = entry?.type === 'genesis' ? (entry.previous?.checkpoint ?? null) : null;
  return note === null ? null : (parseCheckpointBody(note.slice(0, note.lastIndexOf('\n\n') + 1))?.size ?? null);
}

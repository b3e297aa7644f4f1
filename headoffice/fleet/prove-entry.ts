/** The proof that an entry is in the log, from what head office holds: leaf hashes alone, of all epochs of the tree. */

import { HASH_BYTES, nodeHash } from '../../ledger/merkle.ts';
import { inclusionProof } from '../../ledger/proofs.ts';
import { formatTlogProof } from '../../ledger/tlog-proof.ts';
import type { Sql, Store } from '../store/store.ts';

/** Leaf hashes read at a time. */
const CHUNK = 10_000;

export interface StoredCheckpoint {
  log_no: number;
  size: number;
  note: string;
}

/** The first countersigned checkpoint of this log that covers the entry; null: none does yet. */
export async function checkpointOver(sql: Sql, logNo: number, seq: number): Promise<StoredCheckpoint | null> {
  const [row] = await sql.query<StoredCheckpoint>(
    'SELECT log_no, size, note FROM checkpoints WHERE log_no = $1 AND size > $2 ORDER BY size LIMIT 1',
    [logNo, seq],
  );
  return row ?? null;
}

/** The entry's C2SP tlog-proof under `checkpoint`, as a branch's receipt is: `outpost receipt check` reads it. Its leaf hash goes with it. */
export async function proveEntry(store: Store, seq: number, checkpoint: StoredCheckpoint): Promise<string> {
  const wanted = new Map<string, Buffer>();
  // Which nodes a proof is made of does not depend on what they hold: asked once for their places, once for the hashes.
  inclusionProof(seq, checkpoint.size, (level, index) => {
    wanted.set(`${level}/${index}`, Buffer.alloc(0));
    return Buffer.alloc(HASH_BYTES);
  });
  let leaf: Buffer | null = null;
  const peaks: { level: number; hash: Buffer }[] = [];
  let at = 0;
  for await (const hash of eachLeaf(store, checkpoint.log_no, checkpoint.size)) {
    if (at === seq) leaf = hash;
    let node = { level: 0, index: at++, hash };
    keep(wanted, node);
    while (peaks.at(-1)?.level === node.level) {
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(peaks.pop()!.hash, node.hash) };
      keep(wanted, node);
    }
    peaks.push(node);
  }
  const hashes = inclusionProof(seq, checkpoint.size, (level, index) => wanted.get(`${level}/${index}`)!);
  return formatTlogProof({ extra: leaf, index: seq, hashes, checkpoint: checkpoint.note });
}

function keep(wanted: Map<string, Buffer>, { level, index, hash }: { level: number; index: number; hash: Buffer }): void {
  const place = `${level}/${index}`;
  if (wanted.has(place)) wanted.set(place, hash);
}

/** From the first of the tree on: those of the epochs before, up to where the next one begins. Throws where one is missing. */
async function* eachLeaf(store: Store, logNo: number, size: number): AsyncGenerator<Buffer> {
  let at = 0;
  for (const { log_no, to } of await epochsOf(store, logNo, size)) {
    while (at < to) {
      const rows = await store.query<{ seq: number; leaf_hash: Buffer }>(
        `SELECT seq, leaf_hash FROM entries WHERE log_no = $1 AND seq >= $2 AND seq < $3 ORDER BY seq LIMIT ${CHUNK}`,
        [log_no, at, to],
      );
      if (rows.length === 0) throw new RangeError(`log ${log_no} has no entry ${at}`);
      for (const { seq, leaf_hash } of rows) {
        if (seq !== at) throw new RangeError(`log ${log_no} has no entry ${at}`);
        yield leaf_hash;
        at++;
      }
    }
  }
}

async function epochsOf(store: Store, logNo: number, size: number): Promise<{ log_no: number; to: number }[]> {
  const epochs: { log_no: number; to: number }[] = [];
  let to = size;
  for (let no: number | null = logNo; no !== null; ) {
    const [row]: { base_log_no: number | null; base_size: number }[] = await store.query(
      'SELECT base_log_no, base_size FROM logs WHERE log_no = $1',
      [no],
    );
    if (row === undefined) throw new RangeError(`there is no log ${no}`);
    epochs.unshift({ log_no: no, to });
    to = Math.min(to, row.base_size);
    no = row.base_log_no;
  }
  return epochs;
}

/** What rows take on the disk, with their indexes. */
import type { Store } from '../../../headoffice/store/store.ts';

export interface TableSize {
  rows: number;
  bytes: number;
  /** Of them indexes. */
  indexBytes: number;
}

/** @param table that may be divided into parts */
export async function sizeOf(store: Store, table: string): Promise<TableSize> {
  // A table that is not divided has no tree.
  const [size] = await store.query<{ bytes: number; index_bytes: number }>(
    `SELECT sum(pg_total_relation_size(relid)) AS bytes, sum(pg_indexes_size(relid)) AS index_bytes
     FROM (SELECT relid FROM pg_partition_tree($1::text::regclass) WHERE isleaf UNION SELECT $1::text::regclass) AS t(relid)`,
    [table],
  );
  const [count] = await store.query<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`);
  return { rows: count!.rows, bytes: size!.bytes, indexBytes: size!.index_bytes };
}

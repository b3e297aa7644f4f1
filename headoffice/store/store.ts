/** What head office keeps, in PostgreSQL's language: embedded, or in any engine that speaks its protocol. The same SQL on all of them. */

export type SqlValue = string | number | boolean | Date | Buffer | null;

export interface Sql {
  /**
   * Runs one statement with `$1`-style values. Of the answer `bigint`, `count(*)` and `sum()` of integers are numbers, `bytea` is a Buffer,
   * `timestamptz` a Date, `date` its text (YYYY-MM-DD) and `jsonb` its value.
   */
  query<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Store extends Sql {
  readonly engine: 'pglite' | 'postgres';
  /**
   * Runs `work` in one transaction, again from the start where the engine asks for that (40001 serialization_failure, 40P01 deadlock_detected:
   * what distributed engines answer to contention). `work` must have no effect outside of it.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

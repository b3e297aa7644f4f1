/** Taking a person out of the database: the rows that name them, and then every page that ever did. The entries stay as they are. */
import { failureOfError } from './database-failures.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

/** What the database has about one application. */
export interface SubjectRows {
  /** The decision on it; null: none was made. `isNamed`: a name or a key is still there. */
  decision: { seq: number; wall: string; isNamed: boolean } | null;
  /** Its reviews, oldest first. `hasKey`: the remark's key is still there. */
  reviews: { seq: number; hasKey: boolean }[];
  hasDraft: boolean;
}

export function findSubject(reader: Reader, applicationId: string): SubjectRows {
  const ofDecision = `SELECT seq, wall, applicant IS NOT NULL OR identity_key IS NOT NULL AS isNamed FROM decisions WHERE application_id = ?`;
  const ofReviews = `SELECT seq, note_key IS NOT NULL AS hasKey FROM events WHERE application_id = ? AND type = 'review' ORDER BY seq`;
  return withDatabase(reader, () => {
    const decision = statement<{ seq: number; wall: string; isNamed: number }>(reader, ofDecision).get(applicationId);
    const reviews = statement<{ seq: number; hasKey: number }>(reader, ofReviews).all(applicationId);
    const draft = statement(reader, 'SELECT 1 FROM drafts WHERE application_id = ?').get(applicationId);
    return {
      decision: decision === undefined ? null : { ...decision, isNamed: decision.isNamed === 1 },
      reviews: reviews.map(({ seq, hasKey }) => ({ seq, hasKey: hasKey === 1 })),
      hasDraft: draft !== undefined,
    };
  });
}

/** The application that decision `seq` is on; null: there is no such decision. */
export function applicationOf(reader: Reader, seq: number): string | null {
  const sql = 'SELECT application_id AS id FROM decisions WHERE seq = ?';
  return withDatabase(reader, () => statement<{ id: string }>(reader, sql).get(seq)?.id ?? null);
}

/** Applications whose subjects were erased, in the order of their first erasures. */
export function listErasedApplications(reader: Reader): string[] {
  const sql = `SELECT application_id AS id FROM events WHERE type = 'erasure' GROUP BY application_id ORDER BY min(seq)`;
  return withDatabase(reader, () => statement<{ id: string }>(reader, sql).all()).map(({ id }) => id);
}

/** Entries of exports with identities in the clear whose range has one of these entries in it. */
export function listPersonalExports(reader: Reader, seqs: readonly number[]): number[] {
  const sql = `SELECT seq, detail FROM events WHERE type = 'export' ORDER BY seq`;
  const exported = withDatabase(reader, () => statement<{ seq: number; detail: string }>(reader, sql).all());
  return exported.flatMap(({ seq, detail }) => {
    // As eventRowOf has it.
    const [, from = '', to = '', personal] = detail.split(' ');
    return personal === 'personal' && seqs.some((of) => of >= Number(from) && of <= Number(to)) ? [seq] : [];
  });
}

/** Destroys names, keys and draft; only inside the transaction that appends the erasure, which must overwrite what it deletes (`overwriting`). */
export function eraseSubject(writer: Writer, applicationId: string): void {
  const run = (sql: string) => statement(writer, sql).run(applicationId);
  run('UPDATE decisions SET applicant = NULL, applicant_folded = NULL, identity_key = NULL WHERE application_id = ?');
  run('UPDATE events SET note_key = NULL WHERE application_id = ? AND note_key IS NOT NULL');
  run('DELETE FROM drafts WHERE application_id = ?');
}

/** Does work in which what is deleted is overwritten with zeros at once (not only marked free). */
export function overwriting<T>(writer: Writer, work: () => T): T {
  const before = withDatabase(writer, () => writer.sqlite.pragma('secure_delete', { simple: true }));
  withDatabase(writer, () => writer.sqlite.pragma('secure_delete = ON'));
  try {
    if (writer.sqlite.pragma('secure_delete', { simple: true }) !== 1) throw new Error('SQLite does not overwrite what it deletes');
    return work();
  } finally {
    if (writer.sqlite.open) writer.sqlite.pragma(`secure_delete = ${Number(before)}`);
  }
}

/**
 * Copies the write-ahead log back and empties it, so that no older state of a page stays in it.
 * @returns false where a reader still stands on it; throws `Failed` as every use of the database
 */
export function emptyWal(writer: Writer): boolean {
  return withDatabase(writer, () => {
    // Readers of this very thread cannot finish while it waits for them.
    const patience = writer.sqlite.pragma('busy_timeout', { simple: true });
    writer.sqlite.pragma('busy_timeout = 0');
    try {
      const [state] = writer.sqlite.pragma('wal_checkpoint(TRUNCATE)') as { busy: number; log: number }[];
      return state?.busy === 0 && state.log === 0;
    } finally {
      if (writer.sqlite.open) writer.sqlite.pragma(`busy_timeout = ${Number(patience)}`);
    }
  });
}

/**
 * Writes every page anew, so that nothing is left in free pages and in gaps within pages, where deleting and moving rows has left copies.
 * @returns false where there was no room for it, or somebody was in the way
 */
export function rebuildPages(writer: Writer): boolean {
  try {
    return withDatabase(writer, () => {
      writer.sqlite.exec('VACUUM');
      return true;
    });
  } catch (error) {
    const kind = failureOfError(error instanceof Error && error.cause instanceof Error ? error.cause : error, writer.file)?.kind;
    if (kind === 'disk-full' || kind === 'data-folder-busy') return false;
    throw error;
  }
}

/** Bytes of the database without its write-ahead log. */
export function databaseBytes(reader: Reader): number {
  const pragma = (name: string) => Number(reader.sqlite.pragma(name, { simple: true }));
  return withDatabase(reader, () => pragma('page_count') * pragma('page_size'));
}

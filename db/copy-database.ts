/** A copy of the database as it is at one moment, beside a program that writes: whole, without free pages, under the same key. */
import { type Reader, withDatabase } from './handle.ts';

/** @param to a file that is not there yet. It is not synced. Throws `Failed` disk-full, disk-error, database-corrupt */
export function copyDatabase(reader: Reader, to: string): void {
  withDatabase(reader, () => reader.sqlite.prepare('VACUUM INTO ?').run(to));
}

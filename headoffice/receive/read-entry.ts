/**
 * What head office understands of an entry. The bytes are the record, and they are stored whatever is found here: an entry of a later program, or
 * of a broken one, never keeps back those behind it.
 */
import { type LogEntry, logEntry } from '../../contract/log-entry.ts';

export type EntryTrouble = 'not-json' | 'later-version' | 'unknown-type' | 'unknown-form' | 'wrong-number';

/** `entry`: of a form that is known, though it may stand in a place where its own number does not. */
export interface ReadEntry {
  seq: number;
  bytes: Buffer;
  leafHash: Buffer;
  entry: LogEntry | null;
  trouble: EntryTrouble | null;
}

export function readEntry(seq: number, bytes: Buffer, leafHash: Buffer): ReadEntry {
  const value = parse(bytes);
  if (value === undefined) return { seq, bytes, leafHash, entry: null, trouble: 'not-json' };
  const read = logEntry.safeParse(value);
  if (!read.success) return { seq, bytes, leafHash, entry: null, trouble: troubleOf(value) };
  return { seq, bytes, leafHash, entry: read.data, trouble: read.data.seq === seq ? null : 'wrong-number' };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function troubleOf(value: unknown): EntryTrouble {
  if (typeof value !== 'object' || value === null) return 'unknown-form';
  const { v, type } = value as { v?: unknown; type?: unknown };
  if (typeof v === 'number' && v > 1) return 'later-version';
  return typeof type === 'string' && !isKnown(type) ? 'unknown-type' : 'unknown-form';
}

function isKnown(type: string): boolean {
  return logEntry.options.some((option) => option.shape.type.safeParse(type).success);
}

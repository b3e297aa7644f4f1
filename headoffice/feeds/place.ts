/** A place in the feed: which batch, and how far in it. The order of batches is (received_at, log_no, from_seq), to the microsecond. */
import { isExact } from '../exact-time.ts';

export interface Place {
  /** As `exactly` gives it. */
  received: string;
  logNo: number;
  from: number;
  /** Entries of the log before this one have been read. */
  next: number;
}

const VERSION = 1;

/** Opaque to readers. It says nothing that they could not know, and what they change in it leads to another place of the same feed. */
export function formatPlace({ received, logNo, from, next }: Place): string {
  return Buffer.from(JSON.stringify([VERSION, received, logNo, from, next])).toString('base64url');
}

/** null for what is no place. */
export function parsePlace(token: string): Place | null {
  if (token.length > 300 || !/^[A-Za-z0-9_-]+$/.test(token)) return null;
  const parts = parse(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Array.isArray(parts) || parts.length !== 5) return null;
  const [version, received, logNo, from, next] = parts as unknown[];
  if (version !== VERSION || typeof received !== 'string' || !isExact(received)) return null;
  return isCount(logNo) && isCount(from) && isCount(next) ? { received, logNo, from, next } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

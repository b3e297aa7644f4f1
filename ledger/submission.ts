/** A submission of entries to head office (contract/sync.ts), put together and taken apart: the same over a line and on a stick. */
import { type SubmissionHead, SYNC_LIMITS, submissionHead } from '../contract/sync.ts';
import { formatEntryTile } from './tiles.ts';

export interface Submission {
  head: SubmissionHead;
  /** Leaf data, the first of which is entry `head.from`. */
  entries: Buffer[];
}

/** The bytes before any content encoding. Throws RangeError for an entry that is too long. */
export function formatSubmission({ head, entries }: { head: SubmissionHead; entries: readonly Uint8Array[] }): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, formatEntryTile(entries)]);
}

/** Reads what `formatSubmission` gives; null for anything else. The entries are parts of `bytes`, and nothing of them is judged. */
export function parseSubmission(bytes: Buffer): Submission | null {
  if (bytes.length < 4) return null;
  const length = bytes.readUInt32BE(0);
  if (length > SYNC_LIMITS.head || 4 + length > bytes.length) return null;
  const head = parseHead(bytes.subarray(4, 4 + length));
  const entries = parseFrames(bytes.subarray(4 + length));
  return head === null || entries === null ? null : { head, entries };
}

function parseHead(text: Buffer): SubmissionHead | null {
  try {
    return submissionHead.safeParse(JSON.parse(text.toString('utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parseFrames(bytes: Buffer): Buffer[] | null {
  const entries: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at + 2;
    if (start > bytes.length) return null;
    const end = start + bytes.readUInt16BE(at);
    if (end > bytes.length) return null;
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  return entries;
}

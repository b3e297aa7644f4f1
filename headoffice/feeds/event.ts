/** An entry as a CloudEvent (CloudEvents 1.0.2, JSON format). */
import { CloudEvent } from 'cloudevents';
import { FEED_KINDS, SEALED_FIELDS } from '../../contract/feed.ts';
import { peekSignedJson } from '../../ledger/signed-json.ts';
import type { FedEntry } from './read-entries.ts';

export const FEED_TYPES = Object.keys(FEED_KINDS);

/** @param base head office's own address, for `dataschema` */
export function eventOf(entry: FedEntry, base: string): CloudEvent<unknown> {
  const common = {
    // Stable: whoever gets it twice knows by source and id (CloudEvents 1.0.2, "id"). The place in a log is never given twice.
    id: `${entry.log}-${entry.seq}`,
    source: encodeURI(entry.origin),
    time: (entry.wall ?? entry.receivedAt).toISOString(),
    ...(entry.application === null ? {} : { subject: entry.application }),
    // Extension "sequence" (CloudEvents documented extensions): sorts as text.
    sequence: String(entry.seq).padStart(16, '0'),
    receivedtime: entry.receivedAt.toISOString(),
    branch: entry.branch,
    leafhash: entry.leafHash.toString('hex'),
  };
  const kind = entry.trouble === null && entry.type !== null ? FEED_KINDS[entry.type as keyof typeof FEED_KINDS] : undefined;
  const data = kind === undefined ? null : openFields(entry.bytes);
  if (kind === undefined || data === null)
    return new CloudEvent<unknown>({
      ...common,
      type: 'bank.outpost.unreadable.v1',
      datacontenttype: 'application/octet-stream',
      data_base64: entry.bytes.toString('base64'),
      trouble: entry.trouble ?? 'not-json',
    });
  return new CloudEvent<unknown>({
    ...common,
    type: `bank.outpost.${kind}.v1`,
    datacontenttype: 'application/json',
    dataschema: `${base}/feeds/v1/schema/${kind}.json`,
    data,
  });
}

/** All fields of the entry but the sealed ones, those that nobody knows yet too; null where it is no JSON object. */
export function openFields(bytes: Buffer): Record<string, unknown> | null {
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = { ...value } as Record<string, unknown>;
  if (fields.type === 'outcome') return { ...fields, outcomes: outcomesOf(fields.note) };
  for (const field of SEALED_FIELDS) delete fields[field];
  return fields;
}

/** What a delivery says (contract/sync.ts, `outcomeDelivery`); its signature is the branch's to check, which stored it. */
function outcomesOf(note: unknown): unknown {
  const said = typeof note === 'string' ? peekSignedJson(note)?.value : null;
  return typeof said === 'object' && said !== null && 'outcomes' in said ? said.outcomes : [];
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

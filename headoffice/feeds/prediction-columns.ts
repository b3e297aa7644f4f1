/** Columns of the export of predictions, version 1 (docs/feeds.md). A column never changes its meaning; new ones come at the end, with a new minor version. */
import type { SchemaElement } from 'hyparquet-writer';
import type { FedEntry } from './read-entries.ts';

export const PREDICTIONS_SCHEMA = { name: 'outpost-predictions', version: '1.0' } as const;

/** A decision on its way out: its entry's place, and the fields that are open. */
export interface Prediction {
  entry: FedEntry;
  fields: Record<string, unknown>;
}

type Kind = 'text' | 'json' | 'number' | 'count' | 'time';

export interface Column {
  name: string;
  kind: Kind;
  /** null: there is none, or this entry's form has it not. */
  of(prediction: Prediction): string | number | Date | null;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const finite = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));
const inside = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
const list = (value: unknown): string | null =>
  Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(';') : null;

function artefact(field: string): Column[] {
  return ['name', 'version', 'sha256'].map((part) => ({
    name: part === 'name' ? field : `${field}_${part}`,
    kind: 'text',
    of: ({ fields }) => text(inside(fields[field], part)),
  }));
}

export const COLUMNS: readonly Column[] = [
  { name: 'branch', kind: 'text', of: ({ entry }) => entry.branch },
  { name: 'origin', kind: 'text', of: ({ entry }) => entry.origin },
  { name: 'seq', kind: 'count', of: ({ entry }) => entry.seq },
  { name: 'leaf_hash', kind: 'text', of: ({ entry }) => entry.leafHash.toString('hex') },
  { name: 'received_at', kind: 'time', of: ({ entry }) => entry.receivedAt },
  { name: 'decided_at', kind: 'time', of: ({ entry }) => entry.wall },
  { name: 'application', kind: 'text', of: ({ entry }) => entry.application },
  { name: 'actor', kind: 'text', of: ({ fields }) => text(fields.actor) },
  { name: 'role', kind: 'text', of: ({ fields }) => text(fields.role) },
  { name: 'app_version', kind: 'text', of: ({ fields }) => text(inside(fields.code, 'outpost')) },
  ...artefact('product'),
  ...artefact('model'),
  ...artefact('policy'),
  { name: 'decision', kind: 'text', of: ({ fields }) => text(fields.decision) },
  { name: 'pd', kind: 'number', of: ({ fields }) => finite(fields.pd) },
  { name: 'score', kind: 'number', of: ({ fields }) => finite(fields.score) },
  { name: 'reasons', kind: 'text', of: ({ fields }) => list(fields.reasons) },
  { name: 'doubts', kind: 'json', of: ({ fields }) => json(fields.doubts) },
  { name: 'pricing_tier', kind: 'text', of: ({ fields }) => text(inside(fields.pricing, 'tier')) },
  { name: 'annual_rate_percent', kind: 'number', of: ({ fields }) => finite(inside(fields.pricing, 'annualRatePercent')) },
  { name: 'requested_amount', kind: 'number', of: ({ fields }) => finite(inside(fields.affordability, 'amount')) },
  { name: 'term_months', kind: 'number', of: ({ fields }) => finite(inside(fields.affordability, 'termMonths')) },
  { name: 'monthly_income', kind: 'number', of: ({ fields }) => finite(inside(fields.affordability, 'monthlyIncome')) },
  { name: 'instalment', kind: 'number', of: ({ fields }) => finite(inside(fields.affordability, 'instalment')) },
  { name: 'dti', kind: 'number', of: ({ fields }) => finite(inside(fields.affordability, 'dti')) },
  { name: 'inputs', kind: 'json', of: ({ fields }) => json(fields.inputs) },
  { name: 'protected', kind: 'json', of: ({ fields }) => json(fields.protected) },
  { name: 'features', kind: 'json', of: ({ fields }) => json(fields.features) },
  { name: 'explanation', kind: 'json', of: ({ fields }) => json(fields.explanation) },
  { name: 'shadow', kind: 'json', of: ({ fields }) => json(fields.shadow) },
  { name: 'policy_trace', kind: 'json', of: ({ fields }) => json(fields.policy_trace) },
];

const PARQUET: Record<Kind, Omit<SchemaElement, 'name'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  count: { type: 'INT64' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

export const PARQUET_SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: COLUMNS.length },
  ...COLUMNS.map(({ name, kind }) => ({ name, repetition_type: 'OPTIONAL', ...PARQUET[kind] }) as SchemaElement),
];

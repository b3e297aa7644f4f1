/** What a receiver counts, for Prometheus and whatever reads its text (OpenTelemetry's collector does). No label names a branch: there are thousands. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { alarmKind } from '../../contract/fleet.ts';
import { PROBLEMS } from '../../contract/sync.ts';
import type { Store } from '../store/store.ts';
import type { Gate } from './gate.ts';
import { isStoreTrouble } from './store-trouble.ts';

export interface ReceiverMetrics {
  registry: Registry;
  received(entries: number, encodedBytes: number, decodedBytes: number): void;
  /** @param type of the problem */
  refused(type: string): void;
  took(route: string, status: number, seconds: number): void;
}

export function receiverMetrics(store: Store, gate: Gate): ReceiverMetrics {
  const registry = new Registry();
  const registers = [registry];
  const submissions = new Counter({ name: 'outpost_submissions_total', help: 'Submissions that were acknowledged', registers });
  const entries = new Counter({
    name: 'outpost_entries_sent_total',
    help: 'Entries in acknowledged submissions, repeated ones too',
    registers,
  });
  const bytes = new Counter({
    name: 'outpost_submission_bytes_total',
    help: 'Bytes of acknowledged submissions',
    labelNames: ['as'],
    registers,
  });
  const refusals = new Counter({
    name: 'outpost_refusals_total',
    help: 'Requests that were refused, by cause',
    labelNames: ['cause'],
    registers,
  });
  const duration = new Histogram({
    name: 'outpost_request_seconds',
    help: 'From the head of a request to its answer',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.2, 0.5, 2, 5, 20, 60, 300],
    registers,
  });
  new Gauge({
    name: 'outpost_submissions_in_work',
    help: 'Submissions that are decoded, checked or stored now',
    registers,
    collect() {
      this.set(gate.active);
    },
  });
  openAlarms(store, registers);
  const causes = new Map<string, string>(Object.entries(PROBLEMS).map(([cause, type]) => [type, cause]));
  return {
    registry,
    received(count, encoded, decoded) {
      submissions.inc();
      entries.inc(count);
      bytes.inc({ as: 'encoded' }, encoded);
      bytes.inc({ as: 'decoded' }, decoded);
    },
    refused: (type) => refusals.inc({ cause: causes.get(type) ?? 'other' }),
    took: (route, status, seconds) => duration.observe({ route, status: String(status) }, seconds),
  };
}

async function countOpen(store: Store): Promise<{ kind: string; open: number }[] | null> {
  try {
    return await store.query('SELECT kind, count(*) AS open FROM alarms WHERE ended_at IS NULL GROUP BY kind');
  } catch (error) {
    if (isStoreTrouble(error)) return null;
    throw error;
  }
}

function openAlarms(store: Store, registers: Registry[]): void {
  new Gauge({
    name: 'outpost_alarms_open',
    help: 'Alarms that have not ended, by kind; of all receivers on one database the same',
    labelNames: ['kind'],
    registers,
    async collect() {
      this.reset();
      const rows = await countOpen(store);
      // What is not known is not 0.
      if (rows === null) return;
      const counts = new Map(rows.map(({ kind, open }) => [kind, open]));
      for (const kind of alarmKind.options) this.set({ kind }, counts.get(kind) ?? 0);
    },
  });
}

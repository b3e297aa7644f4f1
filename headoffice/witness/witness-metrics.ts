/** What a witness counts for Prometheus. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Sql } from '../store/store.ts';

export interface WitnessMetrics {
  registry: Registry;
  answers: Counter<'status'>;
}

export function makeWitnessMetrics(sql: Sql): WitnessMetrics {
  const registry = new Registry();
  const answers = new Counter({
    name: 'outpost_witness_answers_total',
    help: 'Requests to add-checkpoint, by the status of the answer',
    labelNames: ['status'],
    registers: [registry],
  });
  new Gauge({
    name: 'outpost_witness_logs',
    help: 'Logs that are known, by whether they are frozen or have a checkpoint that nobody proved to be of their past',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const [row] = await sql.query<{ known: number; frozen: number; suspect: number }>(
        'SELECT count(*) AS known, count(frozen_at) AS frozen, count(suspect) AS suspect FROM witnessed',
      );
      for (const state of ['known', 'frozen', 'suspect'] as const) this.set({ state }, row?.[state] ?? 0);
    },
  });
  return { registry, answers };
}

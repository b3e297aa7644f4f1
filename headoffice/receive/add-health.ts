/** For whoever watches the process: a balancer, Kubernetes, Prometheus. */
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Store } from '../store/store.ts';
import { isStoreTrouble } from './store-trouble.ts';

const READY_WITHIN_MS = 3000;

/** @param registry null: metrics are shown elsewhere */
export function addHealth(app: FastifyInstance, store: Store, registry: Registry | null): void {
  /** The process answers. */
  app.get('/healthz', { logLevel: 'warn' }, async (_request, reply) => await reply.type('text/plain').send('ok\n'));
  /** It can do its work: the database answers. */
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const isReady = await Promise.race([isAnswering(store), setTimeout(READY_WITHIN_MS, false, { ref: false })]);
    return await reply
      .code(isReady ? 200 : 503)
      .type('text/plain')
      .send(isReady ? 'ready\n' : 'the database does not answer\n');
  });
  if (registry !== null) addMetrics(app, registry);
}

export function addMetrics(app: FastifyInstance, registry: Registry): void {
  app.get(
    '/metrics',
    { logLevel: 'warn' },
    async (_request, reply) => await reply.type(registry.contentType).send(await registry.metrics()),
  );
}

async function isAnswering(store: Store): Promise<boolean> {
  try {
    await store.query('SELECT 1');
    return true;
  } catch (error) {
    if (isStoreTrouble(error)) return false;
    throw error;
  }
}

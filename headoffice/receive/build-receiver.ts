/** Head office's HTTP server. It keeps nothing outside of its database, so that any number of them work side by side. */
import type { SecureContextOptions } from 'node:tls';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify';
import { collectDefaultMetrics } from 'prom-client';
import type { OfficeKeys } from '../office-keys.ts';
import type { Store } from '../store/store.ts';
import { addHealth, addMetrics } from './add-health.ts';
import { answerErrors } from './answer-errors.ts';
import { deviceKeys } from './device-keys.ts';
import { Budget, Gate } from './gate.ts';
import { type ReceiverMetrics, receiverMetrics } from './receiver-metrics.ts';
import { type Receiving, Refused, refuse } from './receiving.ts';
import type { Receiver } from './signed-requests.ts';
import { syncRoutes } from './sync-routes.ts';
import { sweepUploads } from './uploads.ts';

export interface ReceiverLimits {
  /** Submissions that are decoded, checked and stored at once. */
  atOnce: number;
  /** Submissions that wait for that; beyond it 503. */
  waiting: number;
  /** Bytes of bodies in memory; beyond it 503. */
  bodyBytes: number;
  /** Of one device in a minute; beyond it 429. */
  requestsPerMinute: number;
  /** Of this process. */
  connections: number;
  /** Without a byte on a connection. */
  idleMs: number;
  /** From the first byte of a request to its last: a mebibyte at 8 kbit/s. */
  requestMs: number;
}

const LIMITS: ReceiverLimits = {
  atOnce: 8,
  waiting: 64,
  bodyBytes: 512 * 1024 * 1024,
  requestsPerMinute: 600,
  connections: 5000,
  idleMs: 60_000,
  requestMs: 20 * 60_000,
};

export interface ReceiverOptions {
  store: Store;
  keys: OfficeKeys;
  /** Milliseconds since 1970; the machine's clock by default. */
  now?: () => number;
  /** How branches reach it through a balancer: `https://sync.bank.example`. What they sign names it. */
  publicUrl?: string;
  tls?: Pick<SecureContextOptions, 'cert' | 'key'>;
  /** Of pino; none by default. */
  logger?: { level: string } | FastifyBaseLogger;
  limits?: Partial<ReceiverLimits>;
  /** `/metrics` on the same port. */
  isShowingMetrics?: boolean;
}

export interface BuiltReceiver {
  app: FastifyInstance;
  metrics: ReceiverMetrics;
}

const HEADERS_MS = 20_000;
const SWEEP_MS = 3_600_000;

/** Not listening yet; more plugins may be registered. `close` waits for what is in work and leaves the store open. */
export function buildReceiver(options: ReceiverOptions): FastifyInstance {
  return buildReceiverWithMetrics(options).app;
}

export function buildReceiverWithMetrics(options: ReceiverOptions): BuiltReceiver {
  const { store, keys, publicUrl } = options;
  const limits = { ...LIMITS, ...options.limits };
  const at: Receiving = { store, keys, now: options.now ?? Date.now };
  const gate = new Gate(limits.atOnce, limits.waiting);
  const metrics = receiverMetrics(store, gate);
  const app = newServer(options, limits);
  answerErrors(app, metrics);
  timeRequests(app, metrics);
  addHealth(app, store, options.isShowingMetrics === false ? null : metrics.registry);
  const receiver: Receiver = {
    at,
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    keyOf: deviceKeys(store),
    limitDevice: async () => undefined,
    gate,
    budget: new Budget(limits.bodyBytes),
    metrics,
  };
  app.register(async (scope) => {
    await scope.register(rateLimit, { global: false, cache: 20_000 });
    receiver.limitDevice = deviceLimiter(scope, limits.requestsPerMinute);
    await scope.register(syncRoutes, { receiver });
  });
  sweepNowAndThen(app, at);
  return { app, metrics };
}

/** Metrics on a port of their own, which branches cannot reach. */
export function buildMetricsServer({ registry }: ReceiverMetrics): FastifyInstance {
  collectDefaultMetrics({ register: registry });
  const app = Fastify();
  addMetrics(app, registry);
  return app;
}

function newServer({ tls, logger }: ReceiverOptions, limits: ReceiverLimits): FastifyInstance {
  const server = {
    // A header longer than this is none of ours.
    maxHeaderSize: 16 * 1024,
    headersTimeout: HEADERS_MS,
    requestTimeout: limits.requestMs,
  };
  const shared = {
    ...(logger === undefined
      ? {}
      : 'info' in logger
        ? { loggerInstance: logger }
        : { logger: { ...logger, serializers: { req: lineOf } } }),
    connectionTimeout: limits.idleMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    maxRequestsPerSocket: 10_000,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: 'idle' as const,
  };
  const app = (
    tls === undefined ? Fastify({ ...shared, http: server }) : Fastify({ ...shared, https: { ...server, ...tls, minVersion: 'TLSv1.2' } })
  ) as FastifyInstance;
  app.server.maxConnections = limits.connections;
  return app;
}

/** Of a request in the process's own log: what somebody searched for on a page stands behind the question mark, and stays out. */
function lineOf({ method, url, ip }: FastifyRequest): { method: string; path: string; from: string } {
  return { method, path: url.split('?', 1)[0]!, from: ip };
}

/** By the device that a signature has proved, not by an address, which a balancer gives to all of them. */
function deviceLimiter(app: FastifyInstance, max: number): Receiver['limitDevice'] {
  const devices = new WeakMap<FastifyRequest, string>();
  const limit = app.createRateLimit({ max, timeWindow: 60_000, keyGenerator: (request) => devices.get(request) ?? '' });
  return async (request, device) => {
    devices.set(request, device);
    const counted = await limit(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    throw new Refused(refuse('busy', 429, `A device may send ${max} requests in a minute.`), counted.ttlInSeconds);
  };
}

function timeRequests(app: FastifyInstance, metrics: ReceiverMetrics): void {
  app.addHook('onResponse', async (request, reply) => {
    metrics.took(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
  });
}

function sweepNowAndThen(app: FastifyInstance, at: Receiving): void {
  const timer = setInterval(() => {
    sweepUploads(at).catch((error: unknown) => app.log.warn({ err: { message: (error as Error).message } }, 'uploads were not swept'));
  }, SWEEP_MS);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

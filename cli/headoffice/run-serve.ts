/** `outpost headoffice serve`. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Failed } from '../../contract/failure.ts';
import { buildMetricsServer, buildReceiverWithMetrics } from '../../headoffice/receive/build-receiver.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { openHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export interface ServeOptions extends HeadOfficeOptions {
  port: string;
  host: string;
  publicUrl?: string;
  tlsCert?: string;
  tlsKey?: string;
  metricsPort?: string;
  metricsHost: string;
  connections: string;
  fleet: string;
  logLevel: string;
}

type Server = ReturnType<typeof buildMetricsServer>;

/** What is in work gets so long to come to its end. */
const GRACE_MS = 25_000;

export async function runServe(options: ServeOptions): Promise<ExitCode> {
  const port = numberOf('--port', options.port, 0, 65_535);
  const metricsPort = options.metricsPort === undefined ? null : numberOf('--metrics-port', options.metricsPort, 0, 65_535);
  const connections = numberOf('--connections', options.connections, 1, 1000);
  if (options.publicUrl !== undefined && !URL.canParse(options.publicUrl))
    throw usage(`--public-url ${options.publicUrl} is no address.`, 'Give what branches are told: https://sync.bank.example.');
  const tls = tlsOf(options);
  const { store, keys, close } = await openHeadOffice(options, connections);
  const stopped = signalled();
  try {
    const { app, metrics } = buildReceiverWithMetrics({
      store,
      keys,
      logger: { level: options.logLevel },
      isShowingMetrics: metricsPort === null,
      ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
      ...(tls === null ? {} : { tls }),
    });
    if (options.fleet !== 'off') {
      const { fleetPage } = await import('../../headoffice/fleet/plugin.ts');
      const { feeds } = await import('../../headoffice/feeds/plugin.ts');
      const { publicUrl } = options;
      app.register(fleetPage, { store, keys, now: Date.now, ...(publicUrl === undefined ? {} : { publicUrl }) });
      app.register(feeds, { store, ...(publicUrl === undefined ? {} : { publicUrl }) });
    }
    const beside = metricsPort === null ? null : buildMetricsServer(metrics);
    await listen(app, port, options.host);
    if (beside !== null && metricsPort !== null) await listen(beside, metricsPort, options.metricsHost);
    say(`Head office listens at ${addressOf(app, tls === null ? 'http' : 'https')} (${store.engine}).`);
    if (beside !== null) say(`Metrics are at ${addressOf(beside, 'http')}/metrics.`);
    if (tls === null && options.publicUrl === undefined)
      say('Without TLS: let nobody but a balancer on this machine or network reach it, and give --public-url.');
    say(`${await stopped}: finishing what is in work.`);
    await closeWithin(app, GRACE_MS);
    await beside?.close();
  } finally {
    await close();
  }
  return EXIT.done;
}

/** The signal that ends it. Listened for from the start, so that one that comes early is not lost. */
function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

/** Takes no more, answers what it has, and after that time cuts what is left: a branch that got no answer sends again. */
async function closeWithin(app: Server, ms: number): Promise<void> {
  const timer = new AbortController();
  const cut = async () => {
    await setTimeout(ms, null, { signal: timer.signal });
    app.server.closeAllConnections();
  };
  const cutting = cut().catch((error: unknown) => {
    if (!timer.signal.aborted) throw error;
  });
  await app.close();
  timer.abort();
  await cutting;
}

async function listen(app: Server, port: number, host: string): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    throw usage(`It cannot listen at ${host}:${port} (${code}).`, 'Name another --port or --host, or stop what listens there.');
  }
}

function addressOf(app: Server, scheme: string): string {
  const { address, port, family } = app.server.address() as AddressInfo;
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function tlsOf({ tlsCert, tlsKey }: ServeOptions): { cert: Buffer; key: Buffer } | null {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined)
    throw usage('--tls-cert and --tls-key go together.', 'Give both, or none behind a balancer.');
  return { cert: read(tlsCert, '--tls-cert'), key: read(tlsKey, '--tls-key') };
}

function read(file: string, named: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Failed(
      {
        kind: 'file-unreadable',
        happened: `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        safe: 'Nothing was started.',
        next: `Correct ${named}.`,
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

function numberOf(named: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw usage(`${named} ${given} is no number from ${least} to ${most}.`, 'Correct it.');
}

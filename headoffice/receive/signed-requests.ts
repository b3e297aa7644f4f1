/** A request of a device, from its head to its verified body. */
import type { KeyObject } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ACKED_HEADER, logId } from '../../contract/sync.ts';
import type { Budget, Gate } from './gate.ts';
import { noSuchLog } from './log-rows.ts';
import { lengthOf, type ReadBody, readBody } from './read-body.ts';
import type { ReceiverMetrics } from './receiver-metrics.ts';
import { type Receiving, Refused, refuse } from './receiving.ts';
import { checkDigest, verifyRequest } from './verify-request.ts';

/** What the routes of one receiver share. */
export interface Receiver {
  at: Receiving;
  /** As branches know it, without a slash at its end; null: what each request's own head says. */
  publicUrl: string | null;
  keyOf(device: string): Promise<KeyObject | null>;
  /** @throws Refused 429 */
  limitDevice(request: FastifyRequest, device: string): Promise<void>;
  gate: Gate;
  budget: Budget;
  metrics: ReceiverMetrics;
}

/** Small JSON bodies. */
const MOST_JSON = 64 * 1024;

/** The address under which the device reached this receiver. */
export function baseOf({ publicUrl }: Receiver, request: FastifyRequest): string {
  return publicUrl ?? `${request.protocol}://${request.host}`;
}

/**
 * Before any of the body is read: who has no key costs no more than a signature.
 * @returns the device. @throws Refused 401, 403, 429
 */
export async function deviceOf(receiver: Receiver, request: FastifyRequest, isWithBody: boolean): Promise<string> {
  const { raw } = request;
  const targetUri = `${baseOf(receiver, request)}${raw.url ?? ''}`;
  const device = await verifyRequest({ method: raw.method ?? '', targetUri, rawHeaders: raw.rawHeaders }, isWithBody, receiver.keyOf);
  await receiver.limitDevice(request, device);
  return device;
}

/**
 * Reads a body within this process's budget, and does something with it while it is held.
 * @throws Refused 413, 503, and 401 for a whole body that is not the signed one
 */
export async function withBody<T>(
  { budget }: Receiver,
  { raw }: FastifyRequest,
  most: number,
  work: (body: ReadBody) => Promise<T>,
): Promise<T> {
  const giveBack = budget.take(Math.min(lengthOf(raw, most), most));
  try {
    const body = await readBody(raw, most);
    if (body.isWhole) checkDigest(raw.rawHeaders, body.bytes);
    return await work(body);
  } finally {
    giveBack();
  }
}

/** One of contract/'s schemas. */
interface Form<V> {
  safeParse(value: unknown): { data?: V | undefined };
}

/** @throws Refused 400 for what is not of this form */
export async function withJson<V, T>(
  receiver: Receiver,
  request: FastifyRequest,
  form: Form<V>,
  work: (value: V) => Promise<T>,
): Promise<T> {
  return await withBody(receiver, request, MOST_JSON, async ({ bytes, isWhole }) => {
    const parsed = isWhole ? form.safeParse(parse(bytes)) : null;
    if (parsed?.data === undefined) throw new Refused(refuse('malformed', 400, 'The body is not what this address takes.'));
    return await work(parsed.data);
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @throws Refused 404 */
export function logOfPath(request: FastifyRequest): string {
  const { data } = logId.safeParse((request.params as { log?: unknown }).log);
  if (data === undefined) throw new Refused(noSuchLog());
  return data;
}

/** How much the branch holds countersigned, where it says so. */
export function ackedOf({ headers }: FastifyRequest): number | undefined {
  const told = headers[ACKED_HEADER];
  return typeof told === 'string' && /^\d{1,15}$/.test(told) ? Number(told) : undefined;
}

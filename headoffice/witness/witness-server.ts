/** The HTTP of an independent witness: C2SP tlog-witness, the evidence that it keeps, and what watches over it asks for. */
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import { addCheckpoint, type Witness, type WitnessAnswer } from './add-checkpoint.ts';
import { findEvidence, findLastNote } from './known-logs.ts';
import { makeWitnessMetrics } from './witness-metrics.ts';

/** A checkpoint of a hundred signatures and a proof of 63 hashes take less. Bytes. */
const MOST_BODY = 64 * 1024;

const TEXT = 'text/plain; charset=utf-8';
const isLogId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export interface WitnessServerOptions {
  /** Requests of one address and minute. */
  perMinute?: number;
}

/** Ready to listen. Closing it waits for the requests under way; the store is the caller's to close. */
export async function makeWitnessServer(witness: Witness, { perMinute = 600 }: WitnessServerOptions = {}): Promise<FastifyInstance> {
  const server = fastify({ bodyLimit: MOST_BODY, requestTimeout: 30_000, forceCloseConnections: 'idle' });
  const { registry, answers } = makeWitnessMetrics(witness.store);
  await server.register(rateLimit, { max: perMinute, timeWindow: '1 minute' });
  // Whatever the client calls it: what counts is what stands in it.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.post('/add-checkpoint', async (request, reply) => {
    const text = decodeUtf8(request.body);
    const answer: WitnessAnswer =
      text === null ? { status: 400, text: 'the body is no text in UTF-8\n' } : await addCheckpoint(witness, text);
    answers.inc({ status: answer.status });
    // C2SP tlog-witness: the type by which a client knows that the body is the size.
    reply.status(answer.status).type(answer.status === 409 ? 'text/x.tlog.size' : TEXT);
    return 'cosignature' in answer ? answer.cosignature : 'size' in answer ? `${answer.size}\n` : answer.text;
  });
  server.get<{ Params: { log: string } }>('/evidence/:log', async ({ params }, reply) => {
    const evidence = isLogId(params.log) ? await findEvidence(witness.store, params.log) : null;
    return evidence ?? reply.status(404).send({ title: 'No evidence is kept of such a log.' });
  });
  // What an auditor holds a log against that may have been cut off (verifier, --checkpoint).
  server.get<{ Params: { log: string } }>('/checkpoint/:log', async ({ params }, reply) => {
    const note = isLogId(params.log) ? await findLastNote(witness.store, params.log) : null;
    return note === null ? reply.status(404).send({ title: 'Nothing was countersigned of such a log.' }) : reply.type(TEXT).send(note);
  });
  server.get('/vkey', async (_request, reply) => reply.type(TEXT).send(`${witness.signer.vkey}\n`));
  server.get('/health', async () => {
    await witness.store.query('SELECT 1 AS one');
    return { status: 'ok' };
  });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  return server;
}

function decodeUtf8(body: unknown): string | null {
  if (!Buffer.isBuffer(body)) return null;
  const text = body.toString('utf8');
  return Buffer.from(text).equals(body) ? text : null;
}

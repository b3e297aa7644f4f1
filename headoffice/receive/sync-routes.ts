/** The addresses of contract/sync.ts. */
import type { FastifyPluginAsync } from 'fastify';
import { enrolment, newEpoch, SYNC_LIMITS } from '../../contract/sync.ts';
import { encodingOf } from './decode-body.ts';
import { deliveriesAfter } from './deliveries-after.ts';
import { deviceKeyOf, enrolDevice, publicKeyOf } from './enrol-device.ts';
import { type Refusal, Refused, refuse } from './receiving.ts';
import { registerEpoch } from './register-epoch.ts';
import { ackedOf, deviceOf, logOfPath, type Receiver, withBody, withJson } from './signed-requests.ts';
import { stateOf } from './state-of.ts';
import { takeSubmission } from './take-submission.ts';
import { addUploadRoutes } from './upload-routes.ts';

export const syncRoutes: FastifyPluginAsync<{ receiver: Receiver }> = async (app, { receiver }) => {
  const { at } = receiver;
  // Bodies are signed as they come: they are read by hand, once it is known who sends them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  app.post('/v1/enrol', async (request) => {
    // The key is in the body, and nobody has checked who sends it: a token for which 2^256 tries were needed is its own limit.
    return await withJson(receiver, request, enrolment, async (asked) => {
      const key = deviceKeyOf(asked);
      if (key === null) throw new Refused(refuse('malformed', 400, 'The id of the device is not that of its key.'));
      await deviceOf({ ...receiver, keyOf: async (device) => (device === asked.device.id ? publicKeyOf(key) : null) }, request, true);
      return unlessRefused(await enrolDevice(at, asked)).enrolled;
    });
  });

  app.post('/v1/logs', async (request) => {
    const device = await deviceOf(receiver, request, true);
    return await withJson(receiver, request, newEpoch, async (epoch) => unlessRefused(await registerEpoch(at, device, epoch)).state);
  });

  app.get('/v1/logs/:log/state', { exposeHeadRoute: false }, async (request) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, false);
    return unlessRefused(await stateOf(at, device, log, ackedOf(request))).state;
  });

  app.get('/v1/logs/:log/deliveries', { exposeHeadRoute: false }, async (request) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, false);
    const { after } = request.query as { after?: unknown };
    if (typeof after !== 'string' || !/^\d{1,15}$/.test(after)) throw new Refused(refuse('malformed', 400, 'Say after which delivery.'));
    return unlessRefused(await deliveriesAfter(at, device, log, Number(after))).deliveries;
  });

  app.post('/v1/logs/:log/entries', async (request) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, true);
    const encoding = encodingOf(request.headers['content-encoding']);
    const acked = ackedOf(request);
    return await withBody(receiver, request, SYNC_LIMITS.encoded, async ({ bytes, isWhole }) => {
      if (!isWhole) throw new Refused(refuse('malformed', 400, 'The body breaks off.'));
      return await takeSubmission(receiver, { device, log, encoding, bytes, acked });
    });
  });

  addUploadRoutes(app, receiver);
};

function unlessRefused<T extends object>(answer: T | Refusal): T {
  if ('problem' in answer) throw new Refused(answer);
  return answer;
}

/** A submission in parts (draft-ietf-httpbis-resumable-upload): what of a broken part arrived is kept, and the next one goes on from there. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SYNC_LIMITS } from '../../contract/sync.ts';
import { encodingOf } from './decode-body.ts';
import { Refused, refuse } from './receiving.ts';
import { ackedOf, baseOf, deviceOf, logOfPath, type Receiver, withBody } from './signed-requests.ts';
import { takeSubmission } from './take-submission.ts';
import { appendPart, beginUpload, bytesOfUpload, findUpload, removeUpload } from './uploads.ts';

export function addUploadRoutes(app: FastifyInstance, receiver: Receiver): void {
  const { at } = receiver;

  app.post('/v1/logs/:log/uploads', async (request, reply) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, true);
    const encoding = encodingOf(request.headers['content-encoding']);
    const isComplete = completeOf(request);
    if (lengthTold(request) > SYNC_LIMITS.encoded) throw tooLarge();
    return await withBody(receiver, request, SYNC_LIMITS.encoded, async ({ bytes, isWhole }) => {
      // Its sender does not know its name yet: there is nothing to go on from.
      if (!isWhole) throw new Refused(refuse('malformed', 400, 'The body breaks off.'));
      if (isComplete) {
        tellOffset(reply, bytes.length, true);
        return await takeSubmission(receiver, { device, log, encoding, bytes, acked: ackedOf(request) });
      }
      const begun = await beginUpload(at, device, log, encoding, bytes);
      if ('problem' in begun) throw new Refused(begun);
      reply.header('location', `${baseOf(receiver, request)}/v1/logs/${log}/uploads/${begun.upload}`);
      reply.header('upload-limit', `max-size=${SYNC_LIMITS.encoded}`);
      tellOffset(reply, bytes.length, false);
      return await reply.code(201).send();
    });
  });

  app.patch('/v1/logs/:log/uploads/:upload', async (request, reply) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, true);
    const isComplete = completeOf(request);
    const offset = offsetTold(request);
    return await withBody(receiver, request, SYNC_LIMITS.encoded, async ({ bytes, isWhole }) => {
      const { upload, isTaken } = await appendPart(at, device, log, nameOf(request), offset, bytes);
      tellOffset(reply, upload.received, isComplete && isTaken && isWhole);
      if (!isTaken) throw new Refused(refuse('place', 409, `The upload has ${upload.received} bytes.`));
      if (!isWhole) throw new Refused(refuse('malformed', 400, 'The body breaks off; what came of it is kept.'));
      if (!isComplete) return await reply.code(204).send();
      // Kept until the next upload replaces it: should the answer be lost, an empty last part asks for it again.
      const whole = await bytesOfUpload(at.store, upload);
      return await takeSubmission(receiver, { device, log, encoding: upload.encoding, bytes: whole, acked: undefined });
    });
  });

  app.head('/v1/logs/:log/uploads/:upload', async (request, reply) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, false);
    const { received } = await findUpload(at.store, device, log, nameOf(request));
    tellOffset(reply, received, false);
    return await reply.code(204).send();
  });

  app.delete('/v1/logs/:log/uploads/:upload', async (request, reply) => {
    const log = logOfPath(request);
    const device = await deviceOf(receiver, request, false);
    await removeUpload(at, await findUpload(at.store, device, log, nameOf(request)));
    return await reply.code(204).send();
  });
}

function nameOf({ params }: FastifyRequest): string {
  return (params as { upload: string }).upload;
}

function tellOffset(reply: FastifyReply, offset: number, isComplete: boolean): void {
  reply.header('upload-offset', String(offset)).header('upload-complete', isComplete ? '?1' : '?0');
}

/** RFC 9651 booleans. */
function completeOf({ headers }: FastifyRequest): boolean {
  const told = headers['upload-complete'];
  if (told === '?1' || told === '?0') return told === '?1';
  throw new Refused(refuse('malformed', 400, 'Say with Upload-Complete whether this is the last part.'));
}

function offsetTold({ headers }: FastifyRequest): number {
  const told = headers['upload-offset'];
  if (typeof told === 'string' && /^\d{1,12}$/.test(told)) return Number(told);
  throw new Refused(refuse('malformed', 400, 'Say with Upload-Offset where this part begins.'));
}

function lengthTold({ headers }: FastifyRequest): number {
  const told = headers['upload-length'];
  return typeof told === 'string' && /^\d{1,15}$/.test(told) ? Number(told) : 0;
}

function tooLarge(): Refused {
  return new Refused(refuse('large', 413, `A submission may have ${SYNC_LIMITS.encoded} bytes as sent.`));
}

/** Every answer that is no success, as RFC 9457 problem details; never a stack, never what a request held. */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Problem } from '../../contract/sync.ts';
import type { ReceiverMetrics } from './receiver-metrics.ts';
import { Refused, refuse } from './receiving.ts';
import { isStoreTrouble } from './store-trouble.ts';

const RETRY_SECONDS = 10;

export function answerErrors(app: FastifyInstance, metrics: ReceiverMetrics): void {
  app.setErrorHandler(async (error: FastifyError | Error, request, reply) => {
    const { problem, retryAfter } = refusalOf(error);
    metrics.refused(problem.type);
    if (problem.status >= 500 && !(error instanceof Refused))
      request.log.error({ err: { name: error.name, message: error.message, stack: error.stack } }, problem.title);
    else request.log.info({ problem: problem.type, detail: problem.detail, status: problem.status }, 'refused');
    if (retryAfter !== null) reply.header('retry-after', String(retryAfter));
    // What of the body was not read would be taken for the next request.
    if (!request.raw.complete) reply.header('connection', 'close');
    return await sendProblem(reply, problem);
  });
  app.setNotFoundHandler(async (_request, reply) => await sendProblem(reply, { type: 'about:blank', title: 'Not found', status: 404 }));
}

async function sendProblem(reply: FastifyReply, problem: Problem): Promise<FastifyReply> {
  return await reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function refusalOf(error: FastifyError | Error): { problem: Problem; retryAfter: number | null } {
  if (error instanceof Refused) return error;
  if (isStoreTrouble(error))
    return {
      ...refuse('busy', 503, 'The database cannot be reached now. What was not acknowledged was not taken; try again.'),
      retryAfter: RETRY_SECONDS,
    };
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return { ...refuse('large', 413, 'The request is too large.'), retryAfter: null };
  if (status !== undefined && status >= 400 && status < 500)
    return { ...refuse('malformed', status, 'The request is malformed.'), retryAfter: null };
  return { problem: { type: 'about:blank', title: 'Something went wrong at head office', status: 500 }, retryAfter: null };
}

/** What went wrong, what is safe, what to do next. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failed, type Failure, type FailureKind } from '../../contract/failure.ts';
import { html } from './html.ts';
import { renderPage } from './page.ts';
import { aroundOf } from './visit.ts';

const STATUS: Partial<Record<FailureKind, number>> = {
  'not-allowed': 403,
  'session-over': 401,
  'sign-in-refused': 403,
  'entry-unknown': 404,
  'account-unknown': 404,
  'change-refused': 409,
  'store-unreachable': 503,
  usage: 400,
};

const NOT_FOUND: Failure = {
  kind: 'entry-unknown',
  happened: 'There is no such page.',
  safe: 'Nothing was changed.',
  next: 'Begin again from the overview.',
  facts: {},
};

export async function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (error instanceof Failed) return await send(request, reply, STATUS[error.failure.kind] ?? 500, error.failure);
  const status = Number((error as { statusCode?: unknown }).statusCode ?? 500);
  if (status === 429)
    return await send(request, reply, 429, refusal('Too many tries came from this address.', 'Wait a minute, then try once more.'));
  if (status >= 400 && status < 500)
    return await send(request, reply, status, refusal('The request was not of a form that this page makes.', 'Open the page anew.'));
  // A bug. Its text may hold anything: it goes to the log of whoever runs this, and not to the page.
  request.log.error({ bug: whereabouts(error) }, 'the fleet page failed');
  return await send(
    request,
    reply,
    500,
    refusal('Head office failed at this.', 'Try again; if it stays so, tell whoever runs head office the time of day.'),
  );
}

export async function sendNotFound(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return await send(request, reply, 404, NOT_FOUND);
}

/** Where it happened, without the error's own words: a database's quote values. */
function whereabouts(error: unknown): object {
  const { name, code, stack } = error as { name?: string; code?: string; stack?: string };
  return { name, code, at: stack?.split('\n').filter((line) => /^\s+at /.test(line)) };
}

function refusal(happened: string, next: string): Failure {
  return { kind: 'usage', happened, safe: 'Nothing was changed. What branches sent is stored.', next, facts: {} };
}

async function send(request: FastifyRequest, reply: FastifyReply, status: number, { happened, safe, next }: Failure): Promise<unknown> {
  const title =
    status === 404
      ? 'Not found'
      : status === 403 || status === 401
        ? 'Not allowed'
        : status === 429
          ? 'Too many tries'
          : 'That did not work';
  const body = html`<div class="panel said" role="alert"><dl><dt>What happened</dt><dd>${happened}</dd><dt>What is safe</dt><dd>${safe}</dd><dt>What to do</dt><dd>${next}</dd></dl></div>
<p><a class="button" href="/fleet">Overview</a></p>`;
  return await reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(renderPage({ title, at: null, body }, aroundOf(request)));
}

/** `/feeds/v1`: the prediction log for other systems (docs/feeds.md). */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { feedSchemaOf, isFeedKind } from '../../contract/feed.ts';
import type { Store } from '../store/store.ts';
import { parsePlace } from './place.ts';
import { WATERMARK_SECONDS } from './read-entries.ts';
import { MOST_EVENTS, readFeed } from './read-feed.ts';
import { readerOf } from './tokens.ts';

const PREFIX = '/feeds/v1';
const USUAL_EVENTS = 100;
/** When a reader that has everything should ask again. Seconds. */
const AGAIN_AFTER = 30;

export interface FeedOptions {
  store: Store;
  /** How old a batch must be before readers see it (read-entries.ts says why). */
  watermarkSeconds?: number;
  /** How readers reach it through a balancer: schemas are named by it. */
  publicUrl?: string;
}

export const feeds: FastifyPluginAsync<FeedOptions> = async (app, { store, publicUrl, watermarkSeconds = WATERMARK_SECONDS }) => {
  app.get(`${PREFIX}/predictions`, async (request, reply) => {
    if ((await readerOf(store, request.headers.authorization)) === null)
      return await refuse(
        reply.header('www-authenticate', 'Bearer realm="outpost feeds"'),
        401,
        'A token of the feed is asked for, and none that is good was given.',
      );
    const { after, limit } = request.query as Record<string, unknown>;
    const place = typeof after === 'string' && after !== '' ? parsePlace(after) : null;
    if (place === null && after !== undefined && after !== '') return await refuse(reply, 400, '`after` is not a token of this feed.');
    const most = limit === undefined ? USUAL_EVENTS : Number(limit);
    if (!Number.isInteger(most) || most < 1 || most > MOST_EVENTS)
      return await refuse(reply, 400, `\`limit\` is a number from 1 to ${MOST_EVENTS}.`);
    const { events, resume, caughtUp } = await readFeed(store, {
      after: place,
      limit: most,
      base: addressOf(request, publicUrl),
      watermarkSeconds,
    });
    if (resume !== null) {
      reply.header('outpost-resume', resume);
      reply.header('link', `<${PREFIX}/predictions?${new URLSearchParams({ after: resume, limit: String(most) }).toString()}>; rel="next"`);
    }
    reply.header('outpost-caught-up', String(caughtUp));
    if (caughtUp) reply.header('retry-after', String(AGAIN_AFTER));
    return await reply
      .header('cache-control', 'no-store')
      .type('application/cloudevents-batch+json; charset=utf-8')
      .send(JSON.stringify(events));
  });

  // Open to all: it tells forms and no data.
  app.get(`${PREFIX}/schema/:file`, async (request, reply) => {
    const { file } = request.params as { file: string };
    const kind = file.replace(/\.json$/, '');
    if (!file.endsWith('.json') || !isFeedKind(kind)) return await refuse(reply, 404, 'There is no such schema.');
    const schema = feedSchemaOf(kind, `${addressOf(request, publicUrl)}${PREFIX}/schema/${kind}.json`);
    return await reply.header('cache-control', 'public, max-age=3600').type('application/schema+json').send(JSON.stringify(schema));
  });
};

function addressOf(request: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
}

/** RFC 9457. */
async function refuse(reply: FastifyReply, status: number, detail: string): Promise<FastifyReply> {
  return await reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: status === 401 ? 'Not authorised' : status === 404 ? 'Not found' : 'Bad request',
        status,
        detail,
      }),
    );
}

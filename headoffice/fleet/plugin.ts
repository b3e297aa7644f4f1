/** `/fleet`: the fleet page. Rendered here, without scripts; every address and who may ask for it is listed below. */
import { readFileSync } from 'node:fs';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { actionsPage } from './actions-page.ts';
import { acknowledgeAlarm, alarmsPage } from './alarms-page.ts';
import { branchPage } from './branch-page.ts';
import { branchesPage } from './branches-page.ts';
import { decisionPage, giveDecisionPart } from './decision-page.ts';
import { decisionsPage } from './decisions-page.ts';
import { signInPage, takeSignIn, takeSignOut } from './door-pages.ts';
import { downloadsPage, giveBranches, giveDailyCounts, givePredictions } from './downloads.ts';
import { sendError, sendNotFound } from './error-page.ts';
import { evidencePage, giveNote, settle } from './evidence-page.ts';
import { overviewPage } from './overview-page.ts';
import { revokeDevice } from './revoke-device.ts';
import { acting, type FleetOptions, giving, isOverTls, noteTls, showing } from './visit.ts';

/** Tries to sign in from one address, whatever the account. */
const TRIES_A_MINUTE = 10;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Not no-referrer: browsers then send `Origin: null` with our own forms.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

export const fleetPage: FastifyPluginAsync<FleetOptions> = async (app, options) => {
  if (!app.hasRoute({ method: 'GET', url: '/' })) app.get('/', async (_request, reply) => await reply.redirect('/fleet', 303));
  await app.register(pages, { ...options, prefix: '/fleet' });
};

const pages: FastifyPluginAsync<FleetOptions> = async (app, options) => {
  await app.register(cookie);
  await app.register(formbody, { bodyLimit: 64 * 1024 });
  await app.register(rateLimit, { global: false });
  app.addHook('onRequest', async (request, reply) => {
    noteTls(request, options.publicUrl);
    reply.headers(HEADERS);
    if (isOverTls(request)) reply.header('strict-transport-security', 'max-age=31536000');
  });
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(sendNotFound);
  addAssets(app);
  addDoor(app, options);
  addPages(app, options);
  addDownloads(app, options);
  addActs(app, options);
};

function addAssets(app: FastifyInstance): void {
  const assets = [
    ['style.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ] as const;
  for (const [file, type] of assets) {
    const bytes = readFileSync(new URL(file, import.meta.url));
    app.get(`/${file}`, async (_request, reply) => await reply.header('cache-control', 'max-age=300').type(type).send(bytes));
  }
}

function addDoor(app: FastifyInstance, options: FleetOptions): void {
  app.get('/sign-in', async (request, reply) => await signInPage(options, request, reply));
  app.post(
    '/sign-in',
    { config: { rateLimit: { max: TRIES_A_MINUTE, timeWindow: 60_000 } } },
    async (request, reply) => await takeSignIn(options, request, reply),
  );
  app.post(
    '/sign-out',
    acting(options, null, (visit) => takeSignOut(options, visit)),
  );
}

function addPages(app: FastifyInstance, options: FleetOptions): void {
  app.get(
    '/',
    showing(options, 'see-fleet', () => overviewPage(options)),
  );
  app.get(
    '/branches',
    showing(options, 'see-fleet', ({ request }) => branchesPage(options, request)),
  );
  app.get(
    '/branches/:branch',
    showing(options, 'see-fleet', (visit) => branchPage(options, visit)),
  );
  app.get(
    '/branches/:branch/decisions',
    showing(options, 'see-decisions', (visit) => decisionsPage(options, visit)),
  );
  app.get(
    '/decisions/:log/:seq',
    showing(options, 'see-decisions', (visit) => decisionPage(options, visit)),
  );
  app.get(
    '/evidence/:evidence',
    showing(options, 'see-evidence', (visit) => evidencePage(options, visit)),
  );
  app.get(
    '/alarms',
    showing(options, 'see-fleet', (visit) => alarmsPage(options, visit)),
  );
  app.get(
    '/actions',
    showing(options, 'see-actions', (visit) => actionsPage(options, visit)),
  );
  app.get(
    '/downloads',
    showing(options, 'see-fleet', (visit) => downloadsPage(options, visit)),
  );
}

function addDownloads(app: FastifyInstance, options: FleetOptions): void {
  app.get(
    '/downloads/branches.csv',
    giving(options, 'see-fleet', (visit) => giveBranches(options, visit)),
  );
  app.get(
    '/downloads/decisions-by-day.csv',
    giving(options, 'see-fleet', (visit) => giveDailyCounts(options, visit)),
  );
  app.get(
    '/downloads/predictions',
    giving(options, 'see-decisions', (visit) => givePredictions(options, visit)),
  );
  for (const part of ['entry.json', 'proof.txt', 'checkpoint.txt'] as const)
    app.get(
      `/decisions/:log/:seq/${part}`,
      giving(options, 'see-decisions', (visit) => giveDecisionPart(options, visit, part)),
    );
  for (const note of ['known', 'sent'] as const)
    app.get(
      `/evidence/:evidence/${note}.txt`,
      giving(options, 'see-evidence', (visit) => giveNote(options, visit, note)),
    );
}

function addActs(app: FastifyInstance, options: FleetOptions): void {
  app.post(
    '/branches/:branch/devices/:device/revoke',
    acting(options, 'manage-fleet', (visit) => revokeDevice(options, visit)),
  );
  app.post(
    '/alarms/:alarm/acknowledge',
    acting(options, 'manage-fleet', (visit) => acknowledgeAlarm(options, visit)),
  );
  app.post(
    '/evidence/:evidence/settle',
    acting(options, 'manage-fleet', (visit) => settle(options, visit)),
  );
}

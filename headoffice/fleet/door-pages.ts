/** Signing in and out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failed } from '../../contract/failure.ts';
import { signIn, signOut } from '../operators/sign-in.ts';
import { type Html, html } from './html.ts';
import { renderPage } from './page.ts';
import {
  clearCookie,
  cookieName,
  doorForm,
  type FleetOptions,
  fieldOf,
  ownPath,
  queryOf,
  requireDoorForm,
  setCookie,
  type Visit,
} from './visit.ts';

export async function signInPage(options: FleetOptions, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return await sendDoor(options, request, reply, ownPath(queryOf(request, 'to')), null);
}

export async function takeSignIn(options: FleetOptions, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  requireDoorForm(request);
  const to = ownPath(fieldOf(request, 'to'));
  const before = request.cookies[cookieName(request, 'session')] ?? null;
  try {
    // A session has a token of its own from its first moment on: one that somebody planted before is worth nothing (OWASP: session fixation).
    const token = await signIn(options.store, new Date(options.now()), {
      operator: fieldOf(request, 'operator').slice(0, 64),
      passphrase: fieldOf(request, 'passphrase').slice(0, 1000),
      before,
    });
    setCookie(request, reply, 'session', token);
    clearCookie(request, reply, 'form');
    return await reply.redirect(to, 303);
  } catch (error) {
    if (!(error instanceof Failed) || error.failure.kind !== 'sign-in-refused') throw error;
    return await sendDoor(options, request, reply.code(403), to, error);
  }
}

export async function takeSignOut({ store }: FleetOptions, { request, reply, who, session }: Visit): Promise<string> {
  await signOut(store, who.operator, session);
  clearCookie(request, reply, 'session');
  return '/fleet/sign-in';
}

async function sendDoor(
  { store }: FleetOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  to: string,
  failed: Failed | null,
): Promise<unknown> {
  const [any] = await store.query('SELECT 1 FROM operators LIMIT 1');
  const body = any === undefined ? nobodyYet() : doorBody(doorForm(request, reply), to, failed);
  return await reply.type('text/html; charset=utf-8').send(renderPage({ title: 'Sign in', at: null, body }, null));
}

function doorBody(form: string, to: string, failed: Failed | null): Html {
  return html`${failed === null ? null : html`<div class="panel said" role="alert"><p>${failed.failure.happened}</p><p class="soft">${failed.failure.safe} ${failed.failure.next}</p></div>`}
<form class="panel" method="post" action="/fleet/sign-in"><input type="hidden" name="form" value="${form}"><input type="hidden" name="to" value="${to}">
<label>Account <input name="operator" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required></label>
<label>Passphrase <input name="passphrase" type="password" autocomplete="current-password" maxlength="1000" required></label>
<button class="first">Sign in</button></form>
<p class="soft">Outpost head office. A session ends after 30 minutes without a page, and after 12 hours.</p>`;
}

function nobodyYet(): Html {
  return html`<div class="panel"><p>Nobody has an account yet. The first one is made on the machine that runs head office:</p>
<p><code>outpost headoffice user add agnes --name "Agnes Bell" --role operator</code></p><p class="soft">Then come back to this page.</p></div>`;
}

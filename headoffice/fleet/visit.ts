/** Who asks for a page, whether they may, and whether it was they who asked. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failed } from '../../contract/failure.ts';
import type { OperatorPermission } from '../../contract/operators.ts';
import type { OfficeKeys } from '../office-keys.ts';
import { requirePermission } from '../operators/permissions.ts';
import { findSession, formToken, isFormToken, type SignedIn } from '../operators/sessions.ts';
import type { Store } from '../store/store.ts';
import { type Around, type PageParts, renderPage } from './page.ts';

export interface FleetOptions {
  store: Store;
  keys: OfficeKeys;
  /** Head office's clock, milliseconds since 1970. */
  now(): number;
  /** How people reach it, where a balancer takes TLS off: `https://…`. */
  publicUrl?: string;
}

export interface Visit {
  request: FastifyRequest;
  reply: FastifyReply;
  who: SignedIn;
  /** Token of the session. */
  session: string;
  /** What each form carries. */
  form: string;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** For the page of an error, which is about a request and not about a visit. */
const AROUND = new WeakMap<FastifyRequest, Around>();

export function aroundOf(request: FastifyRequest): Around | null {
  return AROUND.get(request) ?? null;
}

/** A page that is looked at. */
export function showing(options: FleetOptions, needs: OperatorPermission, show: (visit: Visit) => Promise<PageParts>): Handler {
  return async (request, reply) => {
    const visit = await enter(options, request, reply);
    if (visit === null) return await reply.redirect(`/fleet/sign-in?to=${encodeURIComponent(request.url)}`, 303);
    requirePermission(visit.who.role, needs);
    const parts = await show(visit);
    return await reply.type('text/html; charset=utf-8').send(renderPage(parts, aroundOf(request)));
  };
}

/** Something that is taken away: `give` answers by itself. */
export function giving(options: FleetOptions, needs: OperatorPermission, give: (visit: Visit) => Promise<unknown>): Handler {
  return async (request, reply) => {
    const visit = await enter(options, request, reply);
    if (visit === null) return await reply.redirect(`/fleet/sign-in?to=${encodeURIComponent(request.url)}`, 303);
    requirePermission(visit.who.role, needs);
    return await give(visit);
  };
}

/** Something that is done by a form; afterwards the page that `act` names is shown. */
export function acting(options: FleetOptions, needs: OperatorPermission | null, act: (visit: Visit) => Promise<string>): Handler {
  return async (request, reply) => {
    requireOwnOrigin(request);
    const visit = await enter(options, request, reply);
    if (visit === null) throw sessionOver();
    if (!isFormToken(fieldOf(request, 'form'), visit.session)) throw notOurForm();
    if (needs !== null) requirePermission(visit.who.role, needs);
    return await reply.redirect(await act(visit), 303);
  };
}

async function enter({ store, now }: FleetOptions, request: FastifyRequest, reply: FastifyReply): Promise<Visit | null> {
  const session = request.cookies[cookieName(request, 'session')];
  const who = session === undefined ? null : await findSession(store, session, new Date(now()));
  if (who === null || session === undefined) return null;
  const form = formToken(session);
  const [open] = await store.query<{ n: number }>('SELECT count(*) AS n FROM alarms WHERE ended_at IS NULL AND seen_at IS NULL');
  AROUND.set(request, { who, form, openAlarms: open?.n ?? 0 });
  return { request, reply, who, session, form };
}

/** Over TLS the name itself keeps a neighbouring host from setting it (RFC 6265bis, `__Host-`). */
export function cookieName(request: FastifyRequest, name: 'session' | 'form'): string {
  return `${isOverTls(request) ? '__Host-' : ''}outpost-${name}`;
}

export function setCookie(request: FastifyRequest, reply: FastifyReply, name: 'session' | 'form', value: string): void {
  reply.setCookie(cookieName(request, name), value, { path: '/', httpOnly: true, sameSite: 'strict', secure: isOverTls(request) });
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply, name: 'session' | 'form'): void {
  reply.clearCookie(cookieName(request, name), { path: '/', httpOnly: true, sameSite: 'strict', secure: isOverTls(request) });
}

/** Of a server behind a balancer that takes TLS off: those of its requests. */
const BEHIND_TLS = new WeakSet<FastifyRequest>();

export function noteTls(request: FastifyRequest, publicUrl: string | undefined): void {
  if (publicUrl?.startsWith('https://')) BEHIND_TLS.add(request);
}

export function isOverTls(request: FastifyRequest): boolean {
  return request.protocol === 'https' || BEHIND_TLS.has(request);
}

/** The form's secret of somebody who is not signed in yet: signing somebody in by a stranger's page is an attack too. */
export function doorForm(request: FastifyRequest, reply: FastifyReply): string {
  const kept = request.cookies[cookieName(request, 'form')];
  if (kept !== undefined && /^[A-Za-z0-9_-]{43}$/.test(kept)) return formToken(kept);
  const made = randomBytes(32).toString('base64url');
  setCookie(request, reply, 'form', made);
  return formToken(made);
}

/** @throws Failed not-allowed */
export function requireDoorForm(request: FastifyRequest): void {
  requireOwnOrigin(request);
  const kept = request.cookies[cookieName(request, 'form')];
  if (kept === undefined || !isFormToken(fieldOf(request, 'form'), kept)) throw notOurForm();
}

/** Beside SameSite and the form's token: a browser tells whose page a form stood on, and ours are the only ones. */
function requireOwnOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  const host = origin === undefined || !URL.canParse(origin) ? null : new URL(origin).host;
  if (host === null || host !== request.host) throw notOurForm();
}

/** One field of a form that was sent, as text; '' where it was not. */
export function fieldOf(request: FastifyRequest, name: string): string {
  const value = (request.body as Record<string, unknown> | null | undefined)?.[name];
  return plain(value);
}

/** One parameter of the address, as text; '' where it is not there. Of a repeated one none counts. */
export function queryOf(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name];
  return plain(value);
}

export function paramOf(request: FastifyRequest, name: string): string {
  return plain((request.params as Record<string, string>)[name]);
}

/** PostgreSQL's text holds no NUL, its jsonb no half of a surrogate pair. */
function plain(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : '';
}

/** A way back that stays here: nothing else that an address says is followed. */
export function ownPath(given: string, otherwise = '/fleet'): string {
  return /^\/fleet(?:[/?][A-Za-z0-9/?=&%.+_~:-]*)?$/.test(given) && !/\/\/|\.\./.test(given) && !given.startsWith('/fleet/sign-')
    ? given
    : otherwise;
}

function sessionOver(): Failed {
  return new Failed({
    kind: 'session-over',
    happened: 'You are no longer signed in.',
    safe: 'Nothing was changed.',
    next: 'Sign in and do it again.',
    facts: {},
  });
}

function notOurForm(): Failed {
  return new Failed({
    kind: 'not-allowed',
    happened: 'This did not come from a form of this page as it was shown to you.',
    safe: 'Nothing was changed.',
    next: 'Open the page anew and do it again. If another site brought you here, tell whoever runs head office.',
    facts: {},
  });
}

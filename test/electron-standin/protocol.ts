/** `protocol`: `app://bundle/x` is `https://bundle.app.invalid/x` for Chromium, which gives it a secure, standard origin of its own. */
import type { CustomScheme, Protocol } from 'electron';
import { cover } from './cover.ts';
import { state } from './state.ts';

type Handler = (request: Request) => Response | Promise<Response>;

const privileged = new Map<string, NonNullable<CustomScheme['privileges']>>();
const handlers = new Map<string, Handler>();

/** An address as Chromium knows it here. */
export function toHttps(url: string): string {
  const found = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url);
  const scheme = found?.[1]?.toLowerCase();
  return scheme && handlers.has(scheme) ? `https://${found?.[2]}.${scheme}.invalid${found?.[3] || '/'}` : url;
}

/** An address as the app knows it. */
export function toAppUrl(url: string): string {
  const found = /^https:\/\/([^/?#:]+)\.([a-z0-9+.-]+)\.invalid(?=[/?#]|$)(.*)$/i.exec(url);
  return found?.[2] && handlers.has(found[2]) ? `${found[2]}://${found[1]}${found[3]}` : url;
}

export function handlerOf(appUrl: string): Handler | undefined {
  return handlers.get(appUrl.split(':')[0] ?? '');
}

/** A policy that names a custom scheme would need translating; Outpost's says 'self'. */
export function checkPolicy(policy: string): string {
  for (const scheme of handlers.keys()) {
    if (new RegExp(`(^|[\\s;])${scheme}:`).test(policy))
      throw new Error(`electron stand-in: '${scheme}:' in a Content-Security-Policy is not covered`);
  }
  return policy;
}

export const protocol = cover('protocol', {
  registerSchemesAsPrivileged(schemes: CustomScheme[]) {
    if (state.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges } of schemes) privileged.set(scheme, privileges ?? {});
  },
  handle(scheme: string, handler: Handler) {
    if (!state.ready) throw new Error('Session can only be received when app is ready');
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    const { standard, secure } = privileged.get(scheme) ?? {};
    if (!standard || !secure) throw new Error(`electron stand-in: scheme '${scheme}' must be registered as standard and secure`);
    handlers.set(scheme, handler);
  },
} satisfies Pick<Protocol, 'registerSchemesAsPrivileged'> & { handle: unknown });

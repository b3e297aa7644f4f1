/** `app://bundle/…`: the program's own pages, from one folder, of known kinds, each with the same strict policy. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { resolveAsset } from './resolve-asset.ts';

const SCHEME = 'app';
const HOST = 'bundle';
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;
export const INDEX_PAGE = `${PAGE_ORIGIN}/index.html`;

/** Written into the page at build time, replaced by a fresh nonce in every answer. */
const NONCE_PLACE = 'OUTPOST_CSP_NONCE';

/** Must run before the app is ready. `standard` gives the pages an origin of their own, `secure` a secure context. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/**
 * CSP Level 3. The nonce is for the one style element that the component library injects; scripts have no nonce and no `unsafe-*`.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** @param root the folder with the built pages; nothing outside of it is ever read */
export function servePages(root: string): void {
  protocol.handle(SCHEME, async (request) => {
    const found = await resolveAsset(root, HOST, request);
    if ('status' in found) return new Response(null, { status: found.status });
    const nonce = randomBytes(16).toString('base64');
    const bytes = await readFile(found.file);
    const isPage = found.type.startsWith('text/html');
    return new Response(isPage ? bytes.toString('utf8').replaceAll(NONCE_PLACE, nonce) : new Uint8Array(bytes), {
      headers: {
        'content-type': found.type,
        'content-security-policy': contentSecurityPolicy(nonce),
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        // A nonce that is kept is a nonce that is known.
        'cache-control': 'no-store',
      },
    });
  });
}

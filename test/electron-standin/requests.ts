/** Every request of a page passes here: the navigation rules, the session's rule, then the app's own scheme. */
import type { WebContents } from 'electron';
import type { RequestPaused, Session } from './cdp.ts';
import { StandInEvent } from './cover.ts';
import { checkPolicy, handlerOf, toAppUrl } from './protocol.ts';
import { applyPermissions, isCancelled } from './session.ts';
import { state } from './state.ts';

/** What the gate must know of the page whose requests it sees. */
export interface GatedPage {
  contents: WebContents;
  mainFrame: string;
  /** Addresses that the app itself has asked to load: no navigation rule is asked about them. */
  expected: Set<string>;
  emit(event: string, ...args: unknown[]): void;
}

/** Resource types of the protocol by Electron's names, as far as Outpost's rule tells them apart. */
const resourceType = (type: string, isMain: boolean): 'mainFrame' | 'subFrame' | 'other' =>
  type !== 'Document' ? 'other' : isMain ? 'mainFrame' : 'subFrame';

export async function answerRequest(page: GatedPage, session: Session, paused: RequestPaused): Promise<void> {
  const { requestId, request, frameId } = paused;
  const fail = async (errorReason: 'Aborted' | 'BlockedByClient' | 'Failed'): Promise<void> => {
    await session.send('Fetch.failRequest', { requestId, errorReason });
  };
  const isDocument = paused.resourceType === 'Document';
  const isMain = frameId === page.mainFrame;
  if (isDocument && isNavigationRefused(page, paused, isMain)) return fail('Aborted');
  if (isDocument && isMain && toAppUrl(request.url) !== request.url) await applyPermissions(page.contents, request.url);
  if (await isCancelled(request.url, resourceType(paused.resourceType, isMain))) return fail('BlockedByClient');
  const appUrl = toAppUrl(request.url);
  if (appUrl === request.url) {
    if (!/^(data|blob|about):/.test(request.url)) state.letOut.push(request.url);
    await session.send('Fetch.continueRequest', { requestId });
    return;
  }
  if (new URL(request.url).pathname === '/favicon.ico') {
    // Browsers ask for it by themselves; Electron does not.
    await session.send('Fetch.fulfillRequest', { requestId, responseCode: 204 });
    return;
  }
  const response = await handlerOf(appUrl)?.(new Request(appUrl, { method: request.method }));
  if (!response || response.type === 'error') return fail('Failed');
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({
      name,
      value: name === 'content-security-policy' ? checkPolicy(value) : value,
    })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  });
}

/** Asks the app's navigation rules in Electron's order; loads that the app itself began are not asked about. */
function isNavigationRefused(page: GatedPage, paused: RequestPaused, isMain: boolean): boolean {
  const url = toAppUrl(paused.request.url);
  if (isMain && page.expected.delete(paused.request.url.split('#')[0] ?? '')) return false;
  const event = Object.assign(new StandInEvent(), { url, isMainFrame: isMain, isSameDocument: false });
  if (paused.redirectedRequestId) page.emit('will-redirect', event, url);
  else {
    if (isMain) page.emit('will-navigate', event, url);
    page.emit('will-frame-navigate', event);
  }
  return event.defaultPrevented;
}

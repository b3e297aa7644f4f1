/** `session.defaultSession`: permissions, blocked requests, refused downloads. */
import type { Session as ElectronSession, OnBeforeRequestListenerDetails, WebContents } from 'electron';
import { CoveredEmitter, cover, StandInEvent } from './cover.ts';
import { toAppUrl } from './protocol.ts';
import { cdp, state } from './state.ts';

type CheckHandler = Parameters<ElectronSession['setPermissionCheckHandler']>[0];
type RequestHandler = Parameters<ElectronSession['setPermissionRequestHandler']>[0];
type BeforeRequest = (details: OnBeforeRequestListenerDetails, callback: (response: { cancel?: boolean }) => void) => void;

/** Permissions by Electron's name, and by the Permissions API's, which Chromium takes. */
const PERMISSIONS = [
  ['media', 'microphone'],
  ['media', 'camera'],
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['display-capture', 'display-capture'],
  ['idle-detection', 'idle-detection'],
] as const;

class StandInSession extends CoveredEmitter {
  check: CheckHandler = null;
  request: RequestHandler = null;
  beforeRequest: BeforeRequest | null = null;
  readonly webRequest = cover('session.webRequest', {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.beforeRequest = listener;
    },
  });
  constructor() {
    super('session', ['will-download']);
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.check = handler;
  }
  setPermissionRequestHandler(handler: RequestHandler): void {
    this.request = handler;
  }
  /** Serial, HID, USB and Bluetooth: Chromium shows its own chooser here, and without a gesture and a device nothing is granted. */
  setDevicePermissionHandler(_handler: Parameters<ElectronSession['setDevicePermissionHandler']>[0]): void {}
}

const raw = new StandInSession() satisfies Pick<
  ElectronSession,
  'setPermissionCheckHandler' | 'setPermissionRequestHandler' | 'setDevicePermissionHandler'
>;
const covered = cover('session', raw) as unknown as ElectronSession;

export const session = cover('session', {
  get defaultSession() {
    if (!state.ready) throw new Error('Session can only be received when app is ready');
    return covered;
  },
  /** Of the main process's own requests alone; no page lives in it. Only handed on to `net.request`, which has nothing to keep in it. */
  fromPartition: (partition: string, options?: Electron.FromPartitionOptions) => {
    if (partition !== 'electron-updater' || options?.cache !== false)
      throw new Error(`electron stand-in: session.fromPartition('${partition}') is not covered`);
    return cover('session of a partition', {}) as ElectronSession;
  },
} satisfies Pick<typeof Electron.session, 'defaultSession' | 'fromPartition'>);

/** Whether the app's own rule cancels a request. */
export function isCancelled(url: string, resourceType: OnBeforeRequestListenerDetails['resourceType']): Promise<boolean> {
  const { beforeRequest } = raw;
  if (!beforeRequest) return Promise.resolve(false);
  const details = { id: 0, url: toAppUrl(url), method: 'GET', timestamp: Date.now(), resourceType, referrer: '', uploadData: [] };
  return new Promise((resolve) => beforeRequest(details as OnBeforeRequestListenerDetails, ({ cancel }) => resolve(cancel === true)));
}

/**
 * Electron asks the app when a page asks; the DevTools protocol has no such event. So the app is asked at each document
 * for every permission, and Chromium is told the answers: what is granted and refused is right, when it is asked is not.
 */
export async function applyPermissions(contents: WebContents, url: string): Promise<void> {
  const { origin } = new URL(url);
  const asking = toAppUrl(origin);
  for (const [permission, name] of PERMISSIONS) {
    let granted = raw.check ? raw.check(contents, permission as never, asking, { requestingUrl: asking, isMainFrame: true }) : true;
    const { request } = raw;
    if (granted && request) {
      granted = await new Promise<boolean>((resolve) => {
        request(contents, permission as never, resolve, { requestingUrl: asking, isMainFrame: true } as never);
      });
    }
    await cdp().root.send('Browser.setPermission', { permission: { name }, setting: granted ? 'granted' : 'denied', origin });
  }
}

state.beforeReady.push(async () => {
  const { root } = cdp();
  await root.send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true });
  root.on('Browser.downloadWillBegin', ({ url }) => {
    const event = new StandInEvent();
    raw.emit('will-download', event, { getURL: () => toAppUrl(url) }, null);
    if (!event.defaultPrevented) throw new Error('electron stand-in: a download that the app lets through is not covered');
  });
});

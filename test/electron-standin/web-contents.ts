/** `webContents`: one page, its isolated world with the preload script, its messages and its life. */
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type {
  BrowserWindow,
  MessagePortMain as ElectronPort,
  WebContents as ElectronWebContents,
  WebPreferences,
  WindowOpenHandlerResponse,
} from 'electron';
import { app } from './app.ts';
import { followTheme, forgetPage } from './appearance.ts';
import type { Session, WindowOpen } from './cdp.ts';
import { codec } from './codec.ts';
import { CoveredEmitter, cover, StandInEvent } from './cover.ts';
import { BINDING, type FromPage, ISOLATED_WORLD, isolatedScript, type ToPage } from './inject.ts';
import { ipcMain } from './ipc.ts';
import { cloned, type PortMessage, Relay, takePorts } from './ports.ts';
import { toAppUrl, toHttps } from './protocol.ts';
import { answerRequest, type GatedPage } from './requests.ts';
import { session } from './session.ts';
import { cdp, state } from './state.ts';

const EVENTS = [
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'render-process-gone',
  'did-finish-load',
  'did-navigate',
  'destroyed',
  'preload-error',
];
/** Preferences that would need another stand-in. */
const REQUIRED = { contextIsolation: true, nodeIntegration: false, sandbox: true, webSecurity: true } as const;
const MEMBERS_FOR_APP = [
  'id',
  'isDestroyed',
  'getURL',
  'mainFrame',
  'postMessage',
  'reload',
  'setWindowOpenHandler',
  'close',
  'session',
] as const;

/** What a page needs from the window around it. */
export interface Frame {
  created: Promise<void>;
  asElectron: BrowserWindow;
  close(): void;
  firstLoad(): void;
}

let lastId = 0;
const all = new Map<number, WebContents>();

export class WebContents extends CoveredEmitter {
  readonly id = ++lastId;
  readonly window: Frame;
  readonly preferences: WebPreferences;
  readonly expected = new Set<string>();
  /** What the app sees: a member that is not covered throws. */
  readonly asElectron: ElectronWebContents;
  openHandler: ((details: { url: string }) => WindowOpenHandlerResponse) | null = null;
  /** `window.open` calls whose new page has not appeared yet. */
  readonly opening: WindowOpen[] = [];
  targetId = '';
  #page: Session | null = null;
  #world: number | null = null;
  #url = '';
  #destroyed = false;
  #pageAskedForReload = false;
  #relay = new Relay((message) => this.#toPage(message.op === 'port' ? { ...message, data: codec.encode(message.data) } : message), 'm');

  constructor(window: Frame, preferences: WebPreferences) {
    super('webContents', EVENTS);
    for (const [name, value] of Object.entries(REQUIRED)) {
      const set = preferences[name as keyof typeof REQUIRED];
      if (set !== undefined && set !== value) throw new Error(`electron stand-in: webPreferences.${name}=${String(set)} is not covered`);
    }
    this.window = window;
    this.preferences = preferences;
    this.asElectron = cover('webContents', this) as unknown as ElectronWebContents & Pick<this, (typeof MEMBERS_FOR_APP)[number]>;
    all.set(this.id, this);
    setImmediate(() => app.emit('web-contents-created', new StandInEvent(), this.asElectron));
  }

  get session(): ElectronWebContents['session'] {
    return session.defaultSession as unknown as ElectronWebContents['session'];
  }
  get mainFrame(): ElectronWebContents['mainFrame'] {
    const url = this.#url;
    const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? 'null';
    return cover('WebFrameMain', {
      url,
      origin,
      parent: null,
      detached: false,
    }) as unknown as ElectronWebContents['mainFrame'];
  }
  getURL(): string {
    return this.#url;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => WindowOpenHandlerResponse): void {
    this.openHandler = handler;
  }
  close(): void {
    this.window.close();
  }
  reload(): void {
    this.expected.add(toHttps(this.#url).split('#')[0] ?? '');
    this.#page?.send('Page.reload').catch((error: Error) => this.#report(error));
  }
  postMessage(channel: string, message: unknown, transfer: ElectronPort[] = []): void {
    this.#toPage({
      op: 'message',
      channel,
      args: codec.encode([cloned(message)]),
      ports: takePorts(transfer).map((end) => this.#relay.export(end)),
    });
  }

  async loadURL(url: string): Promise<void> {
    await this.window.created;
    if (!this.#page) throw new Error(`ERR_FAILED (-2) loading '${url}'`);
    const address = toHttps(url);
    this.expected.add(address.split('#')[0] ?? '');
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()));
    const { errorText } = await this.#page.send('Page.navigate', { url: address });
    if (errorText) throw new Error(`${errorText.replace('net::', '')} loading '${url}'`);
    await loaded;
  }

  /** Takes over a target of the browser. It is paused in the debugger until everything is in place, so that no script runs before the preload. */
  async attach(targetId: string, sessionId: string): Promise<void> {
    this.targetId = targetId;
    const page = cdp().session(sessionId);
    this.#page = page;
    this.#listen(page, targetId);
    await Promise.all([
      page.send('Page.enable'),
      page.send('Runtime.enable'),
      page.send('Inspector.enable'),
      page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      page.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      page.send('Emulation.setFocusEmulationEnabled', { enabled: true }),
      followTheme(page),
      page.send('Runtime.addBinding', { name: BINDING, executionContextName: ISOLATED_WORLD }),
      page.send('Page.addScriptToEvaluateOnNewDocument', { source: this.#preloadScript(), worldName: ISOLATED_WORLD }),
      page.send('Runtime.runIfWaitingForDebugger'),
    ]);
  }

  #preloadScript(): string {
    const { preload } = this.preferences;
    if (!preload) return '';
    if (!isAbsolute(preload)) throw new Error('preload script must have absolute path.');
    return isolatedScript(preload, readFileSync(preload, 'utf8'));
  }

  #listen(page: Session, mainFrame: string): void {
    const gated: GatedPage = {
      contents: this.asElectron,
      mainFrame,
      expected: this.expected,
      emit: (event, ...args) => void this.emit(event, ...args),
    };
    const gate = (of: Session): void =>
      void of.on('Fetch.requestPaused', (paused) => {
        answerRequest(gated, of, paused).catch((error: Error) => {
          this.#report(error);
          of.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' }).catch((again: Error) => this.#report(again));
        });
      });
    gate(page);
    this.#listenToWorld(page, mainFrame);
    this.#listenToLoads(page, mainFrame);
    page.on('Page.windowOpen', (details) => void this.opening.push(details));
    page.on('Inspector.targetCrashed', () => void this.emit('render-process-gone', new StandInEvent(), { reason: 'crashed', exitCode: 1 }));
    page.on('Target.attachedToTarget', ({ sessionId }) => {
      // Workers and frames of other origins: their requests pass the same gate.
      const part = cdp().session(sessionId);
      gate(part);
      part
        .send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
        .then(() => part.send('Runtime.runIfWaitingForDebugger'))
        .catch((error: Error) => this.#report(error));
    });
  }

  /** The preload script's world comes and goes with each document. */
  #listenToWorld(page: Session, mainFrame: string): void {
    page.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { frameId?: string };
      if (context.name === ISOLATED_WORLD && frameId === mainFrame) this.#world = context.id;
    });
    page.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#world) this.#world = null;
    });
    page.on('Runtime.executionContextsCleared', () => {
      this.#world = null;
    });
    page.on('Runtime.bindingCalled', ({ name, executionContextId, payload }) => {
      if (name === BINDING && executionContextId === this.#world) this.#fromPage(JSON.parse(payload) as FromPage);
    });
  }

  #listenToLoads(page: Session, mainFrame: string): void {
    page.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId) return;
      this.#url = toAppUrl(frame.url);
      this.#relay.destroy();
      if (!/^(about|data):/.test(frame.url)) this.emit('did-navigate', new StandInEvent(), this.#url, 200, '');
    });
    page.on('Page.frameRequestedNavigation', ({ frameId, url, reason }) => {
      if (frameId === mainFrame && reason === 'reload') this.#pageAskedForReload = true;
      // Addresses that never become a request (mailto:, javascript:, …) are asked about here.
      if (frameId !== mainFrame || /^(https?|about|data|blob):/.test(url)) return;
      this.emit('will-navigate', Object.assign(new StandInEvent(), { url, isMainFrame: true, isSameDocument: false }), url);
    });
    page.on('Page.frameStartedNavigating', ({ frameId, url, navigationType }) => {
      // A reload that the page itself asked for was announced by frameRequestedNavigation; any other is the user's or a debugger's, as in Electron.
      const isReload = navigationType === 'reload' || navigationType === 'reloadBypassingCache';
      if (frameId === mainFrame && isReload && !this.#pageAskedForReload) this.expected.add(url.split('#')[0] ?? '');
      this.#pageAskedForReload = false;
    });
    page.on('Page.loadEventFired', () => {
      if (!this.#url || /^(about|data):/.test(this.#url)) return;
      this.emit('did-finish-load', new StandInEvent());
      // Playwright sets its own media emulation when it attaches, and the last one wins.
      followTheme(page).catch((error: Error) => this.#report(error));
      this.window.firstLoad();
    });
  }

  #toPage(message: ToPage): void {
    if (this.#world === null || this.#destroyed) return;
    this.#page
      ?.send('Runtime.callFunctionOn', {
        functionDeclaration: '(text) => standInReceive(text)',
        executionContextId: this.#world,
        arguments: [{ value: JSON.stringify(message) }],
        silent: true,
      })
      .catch((error: Error) => this.#report(error));
  }

  #fromPage(message: FromPage): void {
    // The empty page that Chromium starts with is not the app's.
    if (!this.#url || /^(about|data):/.test(this.#url)) return;
    if (message.op === 'send') {
      const event = Object.assign(new StandInEvent(), {
        sender: this.asElectron,
        senderFrame: this.mainFrame,
        ports: [],
        processId: 1,
        frameId: 1,
      });
      ipcMain.emit(message.channel, event, ...(codec.decode(message.args) as unknown[]));
    } else if (message.op === 'preload-error') {
      this.emit('preload-error', new StandInEvent(), this.preferences.preload, new Error(message.message));
    } else this.#relay.receive((message.op === 'port' ? { ...message, data: codec.decode(message.data) } : message) satisfies PortMessage);
  }

  /** A page that navigates or closes takes its session along; only what fails while it lives is worth a line. */
  #report(error: Error): void {
    if (this.#destroyed || state.quitting || !process.env.STANDIN_DEBUG) return;
    process.stderr.write(`electron stand-in: ${error.message}\n`);
  }

  gone(): void {
    this.#destroyed = true;
    this.#relay.destroy();
    if (this.#page) forgetPage(this.#page);
    all.delete(this.id);
    this.emit('destroyed');
  }
}

/** What Playwright asks for. */
export const webContents = cover('webContents', {
  fromDevToolsTargetId: (targetId: string) => [...all.values()].find((contents) => contents.targetId === targetId)?.asElectron,
  getAllWebContents: () => [...all.values()].map((contents) => contents.asElectron),
} satisfies Pick<typeof Electron.WebContents, 'fromDevToolsTargetId' | 'getAllWebContents'>);

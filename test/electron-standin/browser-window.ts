/** `BrowserWindow`, and what happens when a page opens another. */
import type {
  BrowserWindowConstructorOptions,
  BrowserWindow as ElectronBrowserWindow,
  WebContents as ElectronWebContents,
  Rectangle,
} from 'electron';
import { app } from './app.ts';
import { CoveredEmitter, cover, StandInEvent } from './cover.ts';
import { toAppUrl } from './protocol.ts';
import { cdp, type OpenWindow, state } from './state.ts';
import { WebContents } from './web-contents.ts';

const EVENTS = ['ready-to-show', 'show', 'focus', 'close', 'closed'];

interface Target {
  targetId: string;
  sessionId: string;
}

/** Pages that nobody opened: the browser's first one, and those made for a window. */
const free: Target[] = [];
const waiting: { targetId: string | null; take: (target: Target) => void }[] = [];
const byTarget = new Map<string, BrowserWindow>();

function offer(target: Target): void {
  const index = waiting.findIndex(({ targetId }) => targetId === null || targetId === target.targetId);
  if (index === -1) free.push(target);
  else waiting.splice(index, 1)[0]?.take(target);
}

/** The first window takes the page that Chromium started with; any later one gets a new one. */
let firstIsTaken = false;
async function openTarget({ width, height }: Rectangle): Promise<Target> {
  let wanted: string | null = null;
  if (firstIsTaken)
    ({ targetId: wanted } = await cdp().root.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height }));
  firstIsTaken = true;
  const index = free.findIndex(({ targetId }) => wanted === null || targetId === wanted);
  if (index !== -1) return free.splice(index, 1)[0]!;
  return new Promise((take) => waiting.push({ targetId: wanted, take }));
}

export class BrowserWindow extends CoveredEmitter implements OpenWindow {
  readonly webContents: ElectronWebContents;
  readonly asElectron: ElectronBrowserWindow;
  readonly contents: WebContents;
  readonly #created: Promise<void>;
  #bounds: Rectangle;
  #visible: boolean;
  #minimised = false;
  #maximised = false;
  #closed = false;
  #fitted = false;
  #arranged: Promise<void> = Promise.resolve();

  constructor(options: BrowserWindowConstructorOptions = {}, adopted?: Target) {
    super('BrowserWindow', EVENTS);
    if (!state.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.#visible = options.show !== false;
    this.asElectron = cover('BrowserWindow', this) as unknown as ElectronBrowserWindow;
    const created = Promise.withResolvers<void>();
    this.#created = created.promise;
    this.contents = new WebContents(
      { created: this.#created, asElectron: this.asElectron, close: () => this.close(), firstLoad: () => this.#firstLoad() },
      options.webPreferences ?? {},
    );
    this.webContents = this.contents.asElectron;
    state.windows.add(this);
    (adopted ? Promise.resolve(adopted) : openTarget(this.#bounds))
      .then(({ targetId, sessionId }) => {
        byTarget.set(targetId, this);
        return this.contents.attach(targetId, sessionId);
      })
      .then(created.resolve, created.reject);
    // biome-ignore lint/correctness/noConstructorReturn: what `new` gives must throw on what is not covered, as every other object here
    return this.asElectron as unknown as BrowserWindow;
  }

  loadURL(url: string): Promise<void> {
    return this.contents.loadURL(url);
  }
  show(): void {
    this.#visible = true;
    this.emit('show');
  }
  isVisible(): boolean {
    return this.#visible && !this.#closed;
  }
  focus(): void {
    if (this.contents.targetId) cdp().root.send('Target.activateTarget', { targetId: this.contents.targetId }).catch(ignoreClosing);
    this.emit('focus');
  }
  isDestroyed(): boolean {
    return this.#closed;
  }
  isMinimized(): boolean {
    return this.#minimised;
  }
  isMaximized(): boolean {
    return this.#maximised;
  }
  minimize(): void {
    this.#minimised = true;
    this.#arrange('Browser.setWindowBounds', { bounds: { windowState: 'minimized' } });
  }
  restore(): void {
    this.#minimised = false;
    this.#arrange('Browser.setWindowBounds', { bounds: { windowState: 'normal' } });
  }
  maximize(): void {
    this.#maximised = true;
    this.#arrange('Browser.setWindowBounds', { bounds: { windowState: 'maximized' } });
  }
  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }
  getBounds(): Rectangle {
    return { ...this.#bounds };
  }
  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    const { x: left, y: top, width, height } = this.#bounds;
    this.#arrange('Browser.setWindowBounds', { bounds: { left, top, width, height } });
  }
  setBackgroundColor(_colour: string): void {}
  close(): void {
    void this.tryClose();
  }

  async tryClose(): Promise<boolean> {
    if (this.#closed) return true;
    const event = new StandInEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    await this.#created;
    await cdp().root.send('Target.closeTarget', { targetId: this.contents.targetId });
    this.gone();
    return true;
  }

  gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    state.windows.delete(this);
    byTarget.delete(this.contents.targetId);
    this.contents.gone();
    this.emit('closed', new StandInEvent());
    if (state.windows.size > 0 || state.quitting) return;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }

  #firstLoad(): void {
    if (this.#fitted) return;
    this.#fitted = true;
    const { width, height } = this.#bounds;
    // The size is set once the window has its final frame; before that Chromium forgets it.
    this.#arrange('Browser.setContentsSize', { width, height });
    this.emit('ready-to-show', new StandInEvent());
  }

  /** One change of the window after the other: Chromium refuses to size a window that is minimised meanwhile. */
  #arrange(method: 'Browser.setContentsSize' | 'Browser.setWindowBounds', change: object): void {
    this.#arranged = this.#arranged
      .then(async () => {
        await this.#created;
        if (this.#closed) return;
        const { root } = cdp();
        const { windowId } = await root.send('Browser.getWindowForTarget', { targetId: this.contents.targetId });
        // Playwright's copy of the protocol does not know setContentsSize yet.
        await root.send(method as 'Browser.setWindowBounds', { windowId, ...change } as { windowId: number; bounds: object });
      })
      .catch((error: Error) => {
        // A window that is being closed cannot be arranged any more, and its place does not matter.
        if (!this.#closed && !state.quitting) process.stderr.write(`electron stand-in: ${error.message}\n`);
      });
  }

  static getAllWindows(): ElectronBrowserWindow[] {
    return [...byTarget.values()].map((window) => window.asElectron);
  }
  static fromWebContents(contents: ElectronWebContents): ElectronBrowserWindow | null {
    return [...byTarget.values()].find((window) => window.webContents === contents)?.asElectron ?? null;
  }
}

/** A page that another page opened: the app's handler decides, as in Electron. */
async function answerPopup(opener: WebContents, target: Target): Promise<void> {
  const details = opener.opening.shift();
  const answer = opener.openHandler?.({ url: toAppUrl(details?.url ?? '') }) ?? { action: 'allow' };
  if (answer.action === 'allow') {
    new BrowserWindow({ webPreferences: opener.preferences }, target);
    return;
  }
  // Closed while it is paused in the debugger, it would leave its opener hanging inside window.open: its requests are refused first, then it runs, then it closes.
  const popup = cdp().session(target.sessionId);
  popup.on('Fetch.requestPaused', ({ requestId }) => {
    popup.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(ignoreClosing);
  });
  await Promise.all([popup.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }), popup.send('Runtime.runIfWaitingForDebugger')]).catch(
    ignoreClosing,
  );
  await cdp().root.send('Target.closeTarget', { targetId: target.targetId }).catch(ignoreClosing);
}

/** A page that is being closed may be gone before the last word reaches it, and that is what was wanted. */
function ignoreClosing(error: Error): void {
  if (process.env.STANDIN_DEBUG) process.stderr.write(`electron stand-in: ${error.message}\n`);
}

state.beforeReady.push(async () => {
  const { root } = cdp();
  root.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    const { targetId, type, openerId } = targetInfo;
    if (type !== 'page') {
      cdp().session(sessionId).send('Runtime.runIfWaitingForDebugger').catch(ignoreClosing);
      return;
    }
    const opener = openerId ? byTarget.get(openerId)?.contents : undefined;
    if (opener) void answerPopup(opener, { targetId, sessionId });
    else offer({ targetId, sessionId });
  });
  root.on('Target.targetDestroyed', ({ targetId }) => byTarget.get(targetId)?.gone());
  await root.send('Target.setDiscoverTargets', { discover: true });
  await root.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
});

/** `app`: paths, the single instance, and the way from start to quit. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { App, ProcessMetric } from 'electron';
import { findChromium, startChromium } from './chromium.ts';
import { CoveredEmitter, cover, StandInEvent } from './cover.ts';
import { claimInstance } from './single-instance.ts';
import { cdp, state } from './state.ts';

const EVENTS = ['ready', 'second-instance', 'window-all-closed', 'activate', 'web-contents-created', 'before-quit', 'will-quit', 'quit'];
const IGNORED_SWITCHES =
  /^(remote-debugging-port|user-data-dir|inspect.*|no-sandbox|disable-features|enable-features|host-resolver-rules|require)$/;
const GRACE = 3000;

const paths = new Map<string, string>();
const whenReady = Promise.withResolvers<void>();
const { manifest } = state.boot;
const emitter = new CoveredEmitter('app', EVENTS);

function getPath(name: string): string {
  const set = paths.get(name);
  if (set) return set;
  if (name === 'appData') return process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
  if (name === 'userData')
    return state.switches.get('user-data-dir') || join(getPath('appData'), manifest.productName ?? manifest.name ?? 'Electron');
  throw new Error(`electron stand-in: app.getPath('${name}') is not covered`);
}

function within(milliseconds: number, promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
}

async function quit(): Promise<void> {
  const before = new StandInEvent();
  emitter.emit('before-quit', before);
  let goesOn = !before.defaultPrevented;
  for (const window of goesOn ? [...state.windows] : []) goesOn &&= await window.tryClose();
  const will = new StandInEvent();
  if (goesOn) emitter.emit('will-quit', will);
  if (goesOn && !will.defaultPrevented) await exit(0);
  else state.quitting = false;
}

async function exit(code: number): Promise<void> {
  state.quitting = true;
  const { browser } = state;
  if (browser && browser.exitCode === null) {
    const gone = new Promise((resolve) => browser.once('exit', resolve));
    // Chromium often goes before it has answered; whether it heard is seen by its exit.
    const asked = cdp()
      .root.send('Browser.close')
      .catch(() => gone);
    await within(GRACE, Promise.all([asked, gone]));
  }
  emitter.emit('quit', new StandInEvent(), code);
  process.exit(code);
}

function metrics(): ProcessMetric[] {
  const usage = {
    cpu: { percentCPUUsage: 0, idleWakeupsPerSecond: 0 },
    memory: { workingSetSize: 0, peakWorkingSetSize: 0 },
    creationTime: 0,
  };
  return [
    { ...usage, pid: process.pid, type: 'Browser' },
    ...[...state.utilities].map(([pid, name]): ProcessMetric => ({ ...usage, pid, type: 'Utility', name, serviceName: name })),
  ];
}

export const app = cover(
  'app',
  Object.assign(emitter, {
    // A packaged program is another executable with resources beside it; a test says where it would have them (boot.ts).
    isPackaged: process.env.STANDIN_RESOURCES !== undefined,
    // As Electron's, `commandLine` works before the app is ready; Playwright passes Chromium's switches this way.
    commandLine: cover('app.commandLine', { appendSwitch: (name: string, value = '') => void state.switches.set(name, value) }),
    enableSandbox: () => undefined,
    whenReady: () => whenReady.promise,
    isReady: () => state.ready,
    getVersion: () => manifest.version ?? '0.0.0',
    getName: () => manifest.productName ?? manifest.name ?? 'Electron',
    getAppPath: () => state.boot.appDir,
    getLocale: () => state.switches.get('lang') || 'en-US',
    getPath,
    setPath(name: string, path: string) {
      if (!isAbsolute(path)) throw new Error('Path must be absolute');
      paths.set(name, path);
    },
    getAppMetrics: metrics,
    requestSingleInstanceLock: () =>
      claimInstance(getPath('userData'), (argv, cwd) => {
        void whenReady.promise.then(() => emitter.emit('second-instance', new StandInEvent(), argv, cwd, null));
      }),
    quit() {
      if (state.quitting) return;
      state.quitting = true;
      setImmediate(() => void quit());
    },
    exit: (code = 0) => void exit(code),
  }) satisfies Pick<
    App,
    | 'isPackaged'
    | 'enableSandbox'
    | 'whenReady'
    | 'isReady'
    | 'getVersion'
    | 'getName'
    | 'getAppPath'
    | 'getLocale'
    | 'getAppMetrics'
    | 'requestSingleInstanceLock'
    | 'quit'
    | 'exit'
  >,
);

/** Called when the app's entry point has been loaded: starts Chromium, then tells the app that it is ready. */
export async function start(): Promise<void> {
  // An app that quits before it is ready, as a second instance does, never becomes ready.
  if (state.quitting) return;
  const binary = findChromium();
  if (!binary) {
    process.stderr.write('electron stand-in: Chromium was not found (apt-get install chromium, or set CHROMIUM_PATH)\n');
    process.exit(1);
  }
  const headless = process.env.STANDIN_HEADLESS !== '0';
  if (!headless && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    process.stderr.write('Unable to open X display\n');
    process.exit(1);
  }
  const {
    child,
    cdp: browser,
    webSocketUrl,
  } = startChromium({
    binary,
    headless,
    profile: join(getPath('userData'), 'stand-in-chromium'),
    debuggingPort: state.switches.get('remote-debugging-port') ?? null,
    switches: [...state.switches]
      .filter(([name]) => !IGNORED_SWITCHES.test(name))
      .map(([name, value]) => `--${name}${value && `=${value}`}`),
    onExit(code) {
      if (state.quitting) return;
      process.stderr.write(`electron stand-in: Chromium exited (${code})\n`);
      process.exit(1);
    },
  });
  state.browser = child;
  state.cdp = browser;
  process.on('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  for (const prepare of state.beforeReady) await prepare();
  // Playwright waits for this line, as Chromium writes it.
  if (state.switches.has('remote-debugging-port')) process.stderr.write(`DevTools listening on ${await webSocketUrl}\n`);
  state.ready = true;
  whenReady.resolve();
  app.emit('ready', new StandInEvent(), {});
}

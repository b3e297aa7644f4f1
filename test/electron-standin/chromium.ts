/** Finds and starts Chromium, so that it reaches nothing but what the stand-in serves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Cdp } from './cdp.ts';

/** Debian's wrapper script reads the user's flags; the binary itself does not, hence first. */
const PLACES = ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is: `CHROMIUM_PATH`, else the usual places; null when it is nowhere. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? named : null;
  return PLACES.find((place) => existsSync(place)) ?? null;
}

/** Without these Chromium tries to reach its maker's hosts, asks questions at first start, or slows hidden windows down. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-breakpad',
  '--metrics-recording-only',
  '--password-store=basic',
  '--disable-updater-scheduler',
  '--disable-field-trial-config',
  '--disable-component-extensions-with-background-pages',
  '--disable-client-side-phishing-detection',
  '--no-service-autorun',
  '--disable-search-engine-choice-screen',
  '--no-pings',
  '--disable-domain-reliability',
  '--disable-popup-blocking',
  '--disable-back-forward-cache',
  '--disable-dev-shm-usage',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--use-fake-device-for-media-stream',
  // A MessagePort in Electron tells when its other end has closed; Chromium keeps that behind a flag.
  '--enable-blink-features=MessagePortCloseEvent',
  '--disable-features=Translate,HttpsUpgrades,MediaRouter,OptimizationHints,AutofillServerCommunication,PaintHolding,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,LensOverlay',
  '--proxy-server=http://127.0.0.1:9',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
];

/** The first window comes up as an app window (no tab strip, no address bar) on an empty page, and is taken by the first BrowserWindow. */
const FIRST_WINDOW = '--app=data:text/html,';

export interface ChromiumOptions {
  binary: string;
  profile: string;
  headless: boolean;
  /** For Playwright's web socket, where the app was started with one; 0 = any. */
  debuggingPort: string | null;
  switches: string[];
  onExit: (code: number | null) => void;
}

/** @returns the browser, its protocol, and the address of the web socket as soon as Chromium has told it, where one was asked for */
export function startChromium(options: ChromiumOptions): { child: ChildProcess; cdp: Cdp; webSocketUrl: Promise<string> } {
  const flags = [
    ...QUIET,
    ...(options.headless ? ['--headless=new', '--hide-scrollbars'] : []),
    `--user-data-dir=${options.profile}`,
    '--remote-debugging-pipe',
    ...(options.debuggingPort === null ? [] : [`--remote-debugging-port=${options.debuggingPort}`]),
    ...options.switches,
    FIRST_WINDOW,
  ];
  const child = spawn(options.binary, flags, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  child.on('exit', (code) => options.onExit(code));
  const webSocketUrl = new Promise<string>((resolve) => {
    let text = '';
    child.stderr?.on('data', (data: Buffer) => {
      text += data.toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const found = /^DevTools listening on (ws:\/\/\S+)/.exec(line.trim());
        if (found?.[1]) resolve(found[1]);
        else if (process.env.STANDIN_DEBUG) process.stderr.write(`[chromium] ${line}\n`);
      }
    });
  });
  const [, , , write, read] = child.stdio;
  if (!write || !read || !('write' in write) || !('read' in read)) throw new Error('electron stand-in: Chromium has no debugging pipe');
  return { child, cdp: new Cdp(write as import('node:stream').Writable, read as import('node:stream').Readable), webSocketUrl };
}

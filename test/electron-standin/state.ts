/** What the stand-in's modules share: how it was started, the browser, the windows, and a record of what reached the outside. */
import type { ChildProcess } from 'node:child_process';
import type { Cdp } from './cdp.ts';

export interface Boot {
  /** Path of the script that takes the place of Electron's binary. */
  executable: string;
  appDir: string;
  /** The app's own package.json. */
  manifest: { name?: string; productName?: string; version?: string; main?: string; type?: string };
  /** Command line behind the executable. */
  args: string[];
}

/** What a window must offer to the rest of the stand-in. */
export interface OpenWindow {
  tryClose(): Promise<boolean>;
}

interface State {
  boot: Boot;
  switches: Map<string, string>;
  cdp: Cdp | null;
  browser: ChildProcess | null;
  ready: boolean;
  quitting: boolean;
  windows: Set<OpenWindow>;
  /** Utility processes that are alive, for `app.getAppMetrics`. */
  utilities: Map<number, string>;
  /** Requests that were let out to the network: must stay empty. */
  letOut: string[];
  /** Run after the browser is up and before the app is told that it is ready. */
  beforeReady: (() => Promise<void>)[];
}

/** Set by boot.ts before anything else is loaded. */
const boot = (globalThis as { standInBoot?: Boot }).standInBoot ?? {
  executable: process.execPath,
  appDir: process.cwd(),
  manifest: {},
  args: [],
};

export const state: State = {
  boot,
  switches: new Map(),
  cdp: null,
  browser: null,
  ready: false,
  quitting: false,
  windows: new Set(),
  utilities: new Map(),
  letOut: [],
  beforeReady: [],
};
for (const argument of boot.args) {
  const found = /^--([^=]+)=?(.*)$/.exec(argument);
  if (found?.[1]) state.switches.set(found[1], found[2] ?? '');
}

/** The browser; using it before the app is ready is a bug of the app, reported in Electron's words. */
export function cdp(): Cdp {
  if (!state.cdp) throw new Error('electron stand-in: used before the app is ready');
  return state.cdp;
}

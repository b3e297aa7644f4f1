/** The built app, started on a data folder of its own, as the specs and the tour handle it. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { findShell } from './find-shell.ts';
import { ROOT } from './root.ts';

export const shell = findShell();
const LAUNCH_WITHIN_MS = 30_000;

export interface OfficeOptions {
  /** Folder of the built app: the checkout itself, or a variant (variant.ts). */
  appDir?: string;
  /** More environment for the app. */
  env?: Record<string, string>;
  /** More switches for the app. */
  args?: string[];
  /** A data folder of a closed office to begin with a copy of. */
  from?: string;
}

/** An open office: the app, its window, and what may befall them. */
export class Office {
  /** The data folder; lives as long as the spec. */
  readonly data = mkdtempSync(join(tmpdir(), 'outpost-e2e-'));
  readonly appDir: string;
  /** What the app's processes wrote on their standard error. */
  readonly stderr: string[] = [];
  #env: Record<string, string>;
  #args: string[];
  #open: { app: ElectronApplication; page: Page } | null = null;

  constructor({ appDir = ROOT, env = {}, args = [], from }: OfficeOptions = {}) {
    this.appDir = appDir;
    this.#env = env;
    this.#args = args;
    if (from) cpSync(from, this.data, { recursive: true });
  }

  get app(): ElectronApplication {
    if (!this.#open) throw new Error('the office is closed');
    return this.#open.app;
  }
  get page(): Page {
    if (!this.#open) throw new Error('the office is closed');
    return this.#open.page;
  }
  get isOpen(): boolean {
    return this.#open !== null;
  }
  get env(): Record<string, string> {
    const own = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return { ...own, ...(shell.distPath ? { ELECTRON_OVERRIDE_DIST_PATH: shell.distPath } : {}), OUTPOST_DATA: this.data, ...this.#env };
  }

  async open(): Promise<void> {
    // Playwright looks for Electron in its own environment, not in the app's.
    if (shell.distPath) process.env.ELECTRON_OVERRIDE_DIST_PATH = shell.distPath;
    const app = await _electron.launch({ args: [...this.#args, this.appDir], env: this.env, colorScheme: null, timeout: LAUNCH_WITHIN_MS });
    app.process().stderr?.on('data', (text: Buffer) => this.stderr.push(text.toString()));
    const page = await app.firstWindow();
    await page.waitForURL(/\/index\.html/);
    await page.waitForLoadState();
    this.#open = { app, page };
  }

  /** Closes the window and ends the app, politely. */
  async close(): Promise<void> {
    await this.#open?.app.close();
    this.#open = null;
  }

  /** The same data folder in a new run of the app. */
  async relaunch(): Promise<void> {
    await this.close();
    await this.open();
  }

  /** kill -9 of the whole app: nobody gets to tidy up. */
  async crash(): Promise<void> {
    const { app } = this;
    const gone = app.waitForEvent('close');
    app.process().kill('SIGKILL');
    await gone;
    this.#open = null;
  }

  async servicePid(): Promise<number> {
    const metrics = await this.app.evaluate(({ app }) => app.getAppMetrics().map(({ pid, type, name }) => ({ pid, type, name })));
    const service = metrics.find(({ type, name }) => type === 'Utility' && name === 'Outpost branch service');
    if (!service) throw new Error('the branch service is not running');
    return service.pid;
  }
  /** kill -9 of the branch service. */
  async killService(): Promise<void> {
    process.kill(await this.servicePid(), 'SIGKILL');
  }
  /** Stops the branch service without ending it: it neither answers nor goes. */
  async hangService(): Promise<void> {
    process.kill(await this.servicePid(), 'SIGSTOP');
  }

  /** For after the spec. */
  async dispose(): Promise<void> {
    await this.close();
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** The shell's protections, each as an attack that must not succeed. The hardening spec runs them on the app, the mutation spec on an app without the protection. */
import { expect } from '@playwright/test';
import type { Office } from '../../build/office.ts';
import { probeOf } from './fixture.ts';

export type Check = (office: Office) => Promise<void>;

/** Long enough for an attack to have its effect. */
const SETTLE_MS = 400;
const OWN_PAGE = /\/index\.html$/;

export const navigationIsRefused: Check = async ({ page }) => {
  for (const goal of ['https://example.invalid/outside', 'elsewhere.html', 'file:///etc/passwd']) {
    await page
      .evaluate((address) => {
        const { location } = globalThis as unknown as { location: object };
        Object.assign(location, { href: address });
      }, goal)
      .catch(wentAway);
    await page.waitForTimeout(SETTLE_MS);
    expect(page.url(), `after going to ${goal}`).toMatch(OWN_PAGE);
  }
  await page.locator('#outside').click({ noWaitAfter: true });
  await page.waitForTimeout(SETTLE_MS);
  expect(page.url(), 'after a click on a link').toMatch(OWN_PAGE);
};

/** A page that does go takes the answer of the call with it; where it went is looked at next. */
function wentAway(error: Error): void {
  if (!error.message.includes('Execution context was destroyed')) throw error;
}

export const popupsAreRefused: Check = async ({ app, page }) => {
  await page.evaluate("void (globalThis.opened = window.open('https://example.invalid/popup'))");
  await page.locator('#blank').click();
  await page.waitForTimeout(SETTLE_MS);
  expect(app.windows()).toHaveLength(1);
  // Electron answers null; on the stand-in the window has been closed again.
  expect(await page.evaluate('opened === null || opened.closed')).toBe(true);
  // The opener lives on: a popup that is refused wrongly leaves it hanging.
  expect(await page.evaluate('1 + 1')).toBe(2);
};

export const policyIsStrict: Check = async (office) => {
  const { page } = office;
  await probeOf(office);
  const ran = await page.evaluate(`(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { outline: 7px solid red }';
    document.head.append(style);
    // A debugger's own code may use eval; a task of the page may not.
    const evaluated = await new Promise((resolve) => setTimeout(() => {
      try { resolve(new Function('return true')()); } catch (error) { resolve(error instanceof EvalError ? false : error); }
    }));
    return { inline: window.inlineRan === true, evaluated, styled: getComputedStyle(document.body).outlineWidth === '7px' };
  })()`);
  expect(ran).toEqual({ inline: false, evaluated: false, styled: false });
  const reached = await page.evaluate("fetch('https://example.invalid/').then(() => 'reached', () => 'refused')");
  expect(reached).toBe('refused');
};

export const strangersGetNoPort: Check = async (office) => {
  const probe = await probeOf(office);
  const before = await probe.evaluate(({ handed }) => handed.native);
  for (const frame of ['other origin', 'frame inside', 'frame gone', 'other window'] as const) {
    await office.app.evaluate(({ BrowserWindow, ipcMain }, who) => {
      const [window] = BrowserWindow.getAllWindows();
      const own = { origin: 'app://bundle', url: 'app://bundle/index.html', parent: null };
      const senderFrame = {
        'other origin': { ...own, origin: 'https://example.invalid', url: 'https://example.invalid/' },
        'frame inside': { ...own, parent: own },
        'frame gone': null,
        'other window': own,
      }[who];
      ipcMain.emit('outpost:ports', { sender: who === 'other window' ? {} : window?.webContents, senderFrame, ports: [] });
    }, frame);
  }
  await office.page.waitForTimeout(SETTLE_MS);
  expect(await probe.evaluate(({ handed }) => handed.native)).toBe(before);
};

export const permissionsAreDenied: Check = async ({ page }) => {
  const states = await page.evaluate(`(async () => {
    const ask = async (name) => (await navigator.permissions.query({ name })).state;
    return {
      geolocation: await ask('geolocation'),
      camera: await ask('camera'),
      microphone: await ask('microphone'),
      notifications: await ask('notifications'),
      clipboard: await ask('clipboard-read'),
      stream: await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', (error) => error.name),
    };
  })()`);
  expect(states).toEqual({
    geolocation: 'denied',
    camera: 'denied',
    microphone: 'denied',
    notifications: 'denied',
    clipboard: 'denied',
    stream: 'NotAllowedError',
  });
};

/** Ways out of the folder, and what each is answered with. All are same-origin, so that no policy stands in front of the handler. */
const WAYS_OUT: [path: string, status: number][] = [
  ['..%2fsecret.json', 403],
  ['..%2f..%2f..%2fetc%2fpasswd', 403],
  ['%2e%2e%2fsecret.json', 403],
  ['assets%2f..%2f..%2fsecret.json', 403],
  ['..%5csecret.json', 400],
  ['index.html%00.png', 400],
  ['%ff', 400],
  ['link.json', 403],
  ['%252e%252e%252fsecret.json', 404],
  ['../secret.json', 404],
  ['package.json', 404],
];

export const pagesStayInTheirFolder: Check = async ({ page }) => {
  for (const [path, status] of WAYS_OUT) {
    const answered = await page.evaluate((address) => fetch(address).then((answer) => answer.status), path);
    expect(answered, path).toBe(status);
  }
};

/** Electron's security checklist, item by item, on the app as it was built. */
import {
  navigationIsRefused,
  pagesStayInTheirFolder,
  permissionsAreDenied,
  policyIsStrict,
  popupsAreRefused,
  strangersGetNoPort,
} from './checks.ts';
import { expect, probeOf, test } from './fixture.ts';

test('the page goes nowhere: not outside, not to another page of its own, not to a file', async ({ probe }) => navigationIsRefused(probe));
test('the page opens no window, and goes on living', async ({ probe }) => popupsAreRefused(probe));
test('inline script, inline style, eval and foreign addresses are refused by policy', async ({ probe }) => policyIsStrict(probe));
test('a frame that is not the own page gets no port', async ({ probe }) => strangersGetNoPort(probe));
test('camera, microphone, place, notifications and clipboard are denied', async ({ probe }) => permissionsAreDenied(probe));
test('no address leads out of the folder of the pages', async ({ probe }) => pagesStayInTheirFolder(probe));

test('the page has no way to Node, Electron or the preload script', async ({ probe }) => {
  await probeOf(probe);
  const seen =
    await probe.page.evaluate(`['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'standInSend', 'standInReceive']
    .filter((name) => name in window)`);
  expect(seen).toEqual([]);
});

test('the window has isolation, sandbox and web security on, and Node off', async ({ probe }) => {
  // Electron tells the preferences in force only to itself; what the page sees of them is asked above, what was asked for is read here.
  const source = await import('node:fs').then(({ readFileSync }) => readFileSync(`${probe.appDir}/main/index.js`, 'utf8'));
  for (const wanted of ['contextIsolation: true', 'sandbox: true', 'nodeIntegration: false', 'webSecurity: true', 'webviewTag: false']) {
    expect(source).toContain(wanted);
  }
  expect(source).toContain('app.enableSandbox()');
  expect(source).not.toMatch(/allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|remote-debugging/);
});

test('the page is a secure context with an origin of its own, and a fresh nonce each time', async ({ probe }) => {
  const read = (): Promise<{ secure: boolean; nonce: string }> =>
    probe.page.evaluate("({ secure: isSecureContext, nonce: document.querySelector('meta[property=csp-nonce]').nonce })");
  const first = await read();
  expect(first.secure).toBe(true);
  expect(first.nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  await probe.page.reload();
  expect((await read()).nonce).not.toBe(first.nonce);
});

test('a style element with the nonce is let in, so that the component library can work', async ({ probe }) => {
  await probeOf(probe);
  const width = await probe.page.evaluate(`(() => {
    const style = document.createElement('style');
    style.nonce = document.querySelector('meta[property=csp-nonce]').nonce;
    style.textContent = 'body { outline: 7px solid red }';
    document.head.append(style);
    return getComputedStyle(document.body).outlineWidth;
  })()`);
  expect(width).toBe('7px');
});

test('the page as it is loaded breaks no rule of its policy', async ({ probe }) => {
  const handle = await probeOf(probe);
  expect(await handle.evaluate(({ violations }) => violations)).toEqual([]);
});

test('nothing is let out to the network', async ({ probe }) => {
  await probe.page.evaluate("fetch('https://example.invalid/').catch(() => null)");
  // The stand-in keeps a list; on Electron the session's rule is all there is to see.
  const letOut = await probe.app.evaluate((electron) => ('standIn' in electron ? (electron.standIn as { letOut: string[] }).letOut : []));
  expect(letOut).toEqual([]);
});

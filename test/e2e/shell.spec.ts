/** The window's life: one instance, remembered place and theme, a service that comes back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { shell } from '../../build/office.ts';
import { expect, probeOf, test } from './fixture.ts';

test('a second start brings the first window to the front and ends', async ({ probe }) => {
  await probe.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const second = spawn(shell.executable, [probe.appDir], { env: probe.env, stdio: 'ignore' });
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  await expect
    .poll(() => probe.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized())))
    .toEqual([false]);
});

test('the window fits a branch PC, and what the page is told of the shell is true', async ({ probe }) => {
  const handle = await probeOf(probe);
  await expect.poll(() => probe.page.evaluate('[innerWidth, innerHeight]')).toEqual([1366, 768]);
  const info = await handle.evaluate((page) => page.native?.info());
  expect(info).toMatchObject({ shell: shell.name === 'Electron' ? 'electron' : 'stand-in', theme: 'system' });
});

test('the theme that was chosen is there at the next start', async ({ probe }) => {
  const isDark = (): Promise<boolean> => probe.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
  const handle = await probeOf(probe);
  await handle.evaluate((page) => page.native?.setTheme({ theme: 'dark' }));
  await expect.poll(isDark).toBe(true);
  await probe.relaunch();
  expect(await (await probeOf(probe)).evaluate((page) => page.native?.info().then(({ theme }) => theme))).toBe('dark');
  await expect.poll(isDark).toBe(true);
});

test('a call that the contract does not allow is refused by name', async ({ probe }) => {
  const handle = await probeOf(probe);
  const refused = await handle.evaluate((page) =>
    page.native?.setTheme({ theme: 'purple' as 'dark' }).then(
      () => 'accepted',
      (error: { code?: string }) => error.code,
    ),
  );
  expect(refused).toBe('BAD_REQUEST');
});

/**
 * The one fixture of the end-to-end specs: `office` is the built app with its real screens, opened on a fresh data folder.
 *
 *     import { expect, test } from './fixture.ts';
 *     test('keeps the draft over a crash', async ({ office }) => {
 *       await office.page.getByLabel('Age').fill('41');
 *       await office.crash();                 // or: await office.killService(); await office.relaunch();
 *       await office.open();
 *       await expect(office.page.getByLabel('Age')).toHaveValue('41');
 *     });
 *
 * `office.page` is a new page after every open, so it is never kept in a variable over a relaunch.
 * `probe` is the same app with the probe page in place of the screens, for what concerns the shell alone.
 */

import { join } from 'node:path';
import { test as base, expect, type JSHandle } from '@playwright/test';
import { Office } from '../../build/office.ts';
import { ROOT } from '../../build/root.ts';
import type { Probe } from './probe-types.ts';

interface Fixtures {
  /** Command line switches for the app: `test.use({ switches: ['--password-store=basic'] })`. */
  switches: string[];
  office: Office;
  probe: Office;
}

async function lend(office: Office, use: (office: Office) => Promise<void>): Promise<void> {
  try {
    await office.open();
    await use(office);
  } finally {
    await office.dispose();
  }
}

export const test = base.extend<Fixtures>({
  switches: [[], { option: true }],
  office: ({ switches }, use) => lend(new Office({ args: switches }), use),
  probe: ({ switches }, use) => lend(new Office({ args: switches, appDir: join(ROOT, 'out/probe') }), use),
});
export { expect };

/** The probe page's object, once its native port has come. */
export async function probeOf({ page }: Office): Promise<JSHandle<Probe>> {
  // Playwright's own waitForFunction evaluates text in the page, which the policy forbids.
  await expect.poll(() => page.evaluate('window.probe?.handed.native > 0'), { timeout: 20_000 }).toBe(true);
  return (await page.evaluateHandle('window.probe')) as JSHandle<Probe>;
}

/**
 * The one fixture of the end-to-end specs: `office` is the built app with its real screens, opened on a fresh branch that has people
 * (people.ts), with the officer Ada signed in.
 *
 *     import { expect, test } from './fixture.ts';
 *     test('keeps the draft over a crash', async ({ office }) => {
 *       await office.page.getByLabel('Age').fill('41');
 *       await office.crash();                 // or: await office.killService(); await office.relaunch();
 *       await office.open();
 *       await signIn(office.page, PEOPLE.officer);
 *       await expect(office.page.getByLabel('Age')).toHaveValue('41');
 *     });
 *
 * `office.page` is a new page after every open, so it is never kept in a variable over a relaunch.
 * `test.use({ atWork: null })` leaves everybody at the door; `test.use({ branch: 'new' })` is a first start.
 * `probe` is the same app with the probe page in place of the screens, for what concerns the shell and the service alone; nobody is
 * signed in over its line.
 */

import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { Office } from '../../build/office.ts';
import { ROOT } from '../../build/root.ts';
import { BRANCH_WITH_PEOPLE, PEOPLE, type Person, signIn } from './people.ts';

interface Fixtures {
  /** Command line switches for the app: `test.use({ switches: ['--password-store=basic'] })`. */
  switches: string[];
  branch: 'with people' | 'new';
  /** Who is signed in on the screens; null: nobody. */
  atWork: Person | null;
  office: Office;
  probe: Office;
}

async function lend(office: Office, use: (office: Office) => Promise<void>, atWork: Person | null = null): Promise<void> {
  try {
    await office.open();
    if (atWork) await signIn(office.page, atWork);
    await use(office);
  } finally {
    await office.dispose();
  }
}

function folderOf(branch: Fixtures['branch']): { from?: string } {
  return branch === 'new' ? {} : { from: BRANCH_WITH_PEOPLE };
}

export const test = base.extend<Fixtures>({
  switches: [[], { option: true }],
  branch: ['with people', { option: true }],
  atWork: [PEOPLE.officer, { option: true }],
  office: ({ switches, branch, atWork }, use) =>
    lend(new Office({ args: switches, ...folderOf(branch) }), use, branch === 'new' ? null : atWork),
  probe: ({ switches, branch }, use) => lend(new Office({ args: switches, appDir: join(ROOT, 'out/probe'), ...folderOf(branch) }), use),
});
export { probeOf } from './probe.ts';
export { expect };

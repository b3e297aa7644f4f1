import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import { leave, PEOPLE, signIn } from './people.ts';
import { visit } from './screens-typing.ts';

test.describe('what decides', () => {
  test.use({ atWork: PEOPLE.it });

  test('is another model once a supervisor has confirmed what IT asked for, and the log says so', async ({ office: { page } }) => {
    await visit(page, 'Updates');
    const product = page.getByRole('region', { name: 'Instalment loan for goods' });
    const champion = product.getByRole('listitem').filter({ hasText: /^Champion/ });
    await expect(champion).toBeVisible();
    const before = await champion.getByRole('strong').textContent();
    await product.getByRole('button', { name: 'Switch to it …' }).click();
    await page.getByRole('button', { name: 'Ask for it' }).click();
    const waits = page.getByRole('region', { name: 'Waits for a second person' });
    await expect(waits.getByText(/You asked for this yourself/)).toBeVisible();
    await expect(champion.getByRole('strong')).toHaveText(before ?? '');
    await leave(page, 'Sign out');
    await signIn(page, PEOPLE.supervisor);
    await visit(page, 'Updates');
    await waits.getByRole('button', { name: 'Confirm …' }).click();
    await waits.getByRole('button', { name: 'Confirm it' }).click();
    await expect(page.getByText(/^Done. Entry \d+ of the log says so.$/)).toBeVisible();
    await expect(champion.getByRole('strong')).not.toHaveText(before ?? '');
    await expect(
      product
        .getByRole('listitem')
        .filter({ hasText: /^Previous champion/ })
        .getByRole('strong'),
    ).toHaveText(before ?? '');
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('row', { name: /Model activated .* switched on this PC samuel/ })).toBeVisible();
  });

  test('is not changed by a stick without a repository, and the page says why', async ({ office }) => {
    const stick = mkdtempSync(join(tmpdir(), 'outpost-stick-'));
    await office.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, stick);
    await visit(office.page, 'Updates');
    await office.page.getByRole('button', { name: 'From a USB stick …' }).click();
    await expect(office.page.getByRole('alert')).toContainText(/What is active stays active/);
  });
});

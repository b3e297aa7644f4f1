/** What is kept, on the screens: a backup with its key from paper, and a first start that takes up from it. */
import { Office } from '../../build/office.ts';
import { expect, test } from './fixture.ts';
import { PEOPLE, signIn } from './people.ts';
import { visit } from './screens-typing.ts';

test.describe('an office that moves to another PC', () => {
  test.use({ atWork: PEOPLE.it });

  test('is backed up by IT, and restored on the first-start page with the key as somebody types it', async ({ office: { page } }) => {
    test.slow();
    await visit(page, 'Backups');
    await page.getByRole('button', { name: /recovery key …$/ }).click();
    await page.getByRole('button', { name: 'Show the new key' }).click();
    const key = (await page.getByRole('region', { name: 'The recovery key' }).locator('code').textContent()) ?? '';
    expect(key).toMatch(/^([0-9A-Z]{5}-){6}[0-9A-Z]{5}$/);
    await page.getByRole('button', { name: 'I have written it down' }).click();
    await page.getByRole('button', { name: 'Back up now' }).click();
    const file = (await page.getByRole('region', { name: 'File', exact: true }).textContent()) ?? '';

    const other = new Office();
    try {
      await other.open();
      await other.app.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
      }, file);
      await other.page.getByRole('tab', { name: 'Restore from a backup' }).click({ timeout: 60_000 });
      await other.page.getByRole('button', { name: 'Choose the file …' }).click();
      await expect(other.page.getByText(file)).toBeVisible();
      const input = other.page.getByRole('textbox', { name: 'Recovery key' });
      await input.fill(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`);
      await other.page.getByRole('button', { name: 'Restore', exact: true }).click();
      await expect(other.page.getByRole('alert')).toBeVisible();
      await input.fill(key.toLowerCase().replaceAll('-', ' '));
      await other.page.getByRole('button', { name: 'Restore', exact: true }).click();
      await expect(other.page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible({ timeout: 60_000 });
      await signIn(other.page, PEOPLE.officer);
    } finally {
      await other.dispose();
    }
  });
});

/** Two people and one decision: the officer's application is referred, the supervisor decides it, the applicant gets a receipt. */
import { expect, test } from './fixture.ts';
import { leave, PEOPLE, signIn } from './people.ts';
import { decide, field, fillGood, visit } from './screens-typing.ts';

test('a referred application waits in the supervisor’s queue, is decided there, and the officer sees by whom', async ({
  office: { page },
}) => {
  test.slow();
  await fillGood(page);
  await field(page, 'Monthly income').fill('');
  const seq = await decide(page);
  await expect(page.getByText(/Nobody has reviewed it yet/)).toBeVisible();
  await expect(page.getByText(/You entered this application yourself/)).toBeVisible();
  await visit(page, 'Decisions');
  await expect(page.getByRole('row', { name: new RegExp(`^${seq} .*Refer ?waits`) })).toBeVisible();
  await leave(page, 'Sign out');

  await signIn(page, PEOPLE.supervisor);
  await visit(page, 'Reviews');
  await page.getByRole('link', { name: `Review entry ${seq}` }).click();
  await page.getByRole('button', { name: 'Review this decision' }).click();
  await page.getByLabel('Approve', { exact: true }).check();
  await page.getByRole('button', { name: 'Store the review' }).click();
  await expect(page.getByText('Choose at least one reason for deciding otherwise.')).toBeVisible();
  await page.getByLabel('Income is shown in another way').check();
  await field(page, 'Remark').fill('Payslips of six months.');
  await page.getByRole('button', { name: 'Store the review' }).click();
  await expect(page.getByText(/override: approved against the machine/)).toBeVisible();
  await visit(page, 'Reviews');
  await expect(page.getByText('Nothing waits for a review.')).toBeVisible();
  await leave(page, 'Sign out');

  await signIn(page, PEOPLE.officer);
  await visit(page, 'Decisions');
  await page.getByRole('row', { name: new RegExp(`^${seq} .*Refer ?Approve`) }).click();
  await expect(page.getByText(/samuel, .*stored as entry/)).toBeVisible();
  await expect(page.getByText('Payslips of six months.')).toBeVisible();
});

test('the receipt proves the decision, names no score, and is printed without the rail', async ({ office: { page } }) => {
  await fillGood(page);
  const seq = await decide(page);
  const hash = await page.locator('code', { hasText: /^[0-9a-f]{64}$/ }).innerText();
  await page.getByRole('link', { name: 'Receipt' }).click();
  const sheet = page.getByRole('article');
  await expect(sheet.getByText('Your application is approved.')).toBeVisible();
  await expect(sheet.getByText(hash)).toBeVisible();
  await expect(sheet.getByRole('img', { name: 'QR code of the proof' })).toBeVisible();
  await expect(sheet.getByText(/score|probability/i)).toHaveCount(0);
  const text = await sheet.locator('pre').innerText();
  expect(text).toMatch(new RegExp(`^c2sp\\.org/tlog-proof@v1\\nextra .*\\nindex ${seq}\\n`));
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(sheet).toBeVisible();
});

/** The officer's day on the real app: service, log and model behind the screens are those of a branch. */
import { expect, test } from './fixture.ts';
import { PEOPLE, signIn } from './people.ts';
import { choice, choose, decide, field, fillGood, visit } from './screens-typing.ts';

test('decides an application and finds it again in the list, as it was stored', async ({ office: { page } }) => {
  await fillGood(page);
  const seq = await decide(page);
  const report = page.getByRole('article');
  await expect(report.getByText('This application can be approved.')).toBeVisible();
  await expect(report.getByText('instalment-loan-champion 1.0.0')).toBeVisible();
  const hash = await report.locator('code', { hasText: /^[0-9a-f]{64}$/ }).innerText();

  await visit(page, 'Decisions');
  const row = page.getByRole('row', { name: new RegExp(`^${seq} .*Ama Osei.*Approve`) });
  await row.click();
  await expect(page.getByRole('heading', { name: `Stored as entry ${seq}` })).toBeVisible();
  await expect(page.locator('code', { hasText: hash })).toBeVisible();

  await visit(page, 'Log');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await expect(page.getByText('The log is intact.')).toBeVisible();
});

test('tells the rules that fired and the reasons of a refusal', async ({ office: { page } }) => {
  await fillGood(page);
  await field(page, 'Amount requested').fill('1,550');
  await field(page, 'Monthly income').fill('45');
  await field(page, 'Time in the present job').fill('1');
  await choose(page, 'Type of employment', 'Part');
  await choose(page, 'Negative credit records', 'Yes');
  await decide(page);
  await expect(page.getByText('This application does not meet the policy.')).toBeVisible();
  await expect(
    page
      .getByRole('listitem')
      .getByText(/Negative credit records, together with irregular employment/)
      .first(),
  ).toBeVisible();
  await page.getByText('Knock-out rules').click();
  await expect(page.getByText('fired', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('You may disagree')).toBeVisible();
});

test('says at the field what is wrong and decides nothing', async ({ office: { page } }) => {
  await fillGood(page);
  await field(page, 'Price of the goods').fill('1.600');
  await field(page, 'Term').fill('360');
  await field(page, 'Monthly expenses').fill('');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/can be read in two ways/)).toBeVisible();
  await expect(page.getByText(/must be between 3 and 120/)).toBeVisible();
  await expect(page.getByText('This is needed for a decision.')).toBeVisible();
  await expect(field(page, 'Price of the goods')).toBeFocused();
  await visit(page, 'Decisions');
  await expect(page.getByText('Nothing has been decided on this PC yet.')).toBeVisible();
});

test('brings the draft back after a crash of the whole app', async ({ office }) => {
  await field(office.page, 'Monthly income').fill('24o');
  await choose(office.page, 'Home', 'With');
  await expect(office.page.getByText(/^Draft saved/)).toBeVisible();
  await office.crash();
  await office.open();
  await signIn(office.page, PEOPLE.officer);
  await expect(office.page.getByText(/was restored/)).toBeVisible();
  await expect(field(office.page, 'Monthly income')).toHaveValue('24o');
  await expect(choice(office.page, 'Home')).toHaveValue('With parents');
});

test('keeps what is typed and decides once, although the service is killed in between', async ({ office }) => {
  const { page } = office;
  await fillGood(page);
  await office.killService();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: /^Stored as entry/ })).toBeVisible({ timeout: 30_000 });
  await visit(page, 'Decisions');
  await expect(page.getByText('1 decision', { exact: true })).toBeVisible();
});

test('is done with the keyboard alone, from the first field to the stored entry and back', async ({ office: { page } }) => {
  await field(page, 'Full name').focus();
  const type = async (...keys: string[]) => {
    for (const text of keys) {
      if (text) await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    }
  };
  // Name, document, birth, e-mail, telephone; price, amount, term; employment, seniority; income to records; home.
  await type('Kofi Mensah', '', '', '', '', '1600', '900', '36', 'perm', '9', '240', '60', '4000', '0', 'no', 'own');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: /^Stored as entry/ })).toBeVisible();
  await page.getByRole('link', { name: 'Decisions' }).focus();
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Decisions' });
  await expect(grid).toBeVisible();
  for (let tabs = 0; tabs < 30 && !(await grid.evaluate((element) => element.matches(':focus'))); tabs += 1)
    await page.keyboard.press('Tab');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Kofi Mensah/).first()).toBeVisible();
});

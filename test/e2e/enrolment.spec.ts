/** A first start with a branch file, in the real app against a real head office: compared, enrolled, and the named people made. */
import { expect, test } from '@playwright/test';
import { Office } from '../../build/office.ts';
import { PLAIN_SETTINGS } from '../../headoffice/branches/branch-settings.ts';
import { addBranch } from '../../headoffice/branches/issue-branch-file.ts';
import { listBranches } from '../../headoffice/branches/list-branches.ts';
import { type HeadOfficeOfBank, headOfficeOfBank } from '../support/head-office-of-bank.ts';
import { PEOPLE } from './people.ts';
import { field, visit } from './screens-typing.ts';

const FOLDER_PASSPHRASE = 'a folder of the branch';
let bank: HeadOfficeOfBank;
let office: Office;

test.afterEach(async () => {
  await office.dispose();
  await bank.close();
});

test('a new PC becomes the branch of its file once the fingerprint was compared', async () => {
  test.slow();
  bank = await headOfficeOfBank();
  office = new Office({ args: [] });
  const { store, keys } = bank.head;
  const people = [
    { account: 'marta', name: 'Marta Ruiz', role: 'it' as const },
    { account: 'ada', name: 'Ada Okoro', role: 'officer' as const },
  ];
  const settings = { ...PLAIN_SETTINGS, url: bank.base, people };
  const file = await addBranch({ store, keys, now: Date.now, who: 'cli:test' }, 'riverside', 'Riverside', settings, 14);

  await office.open();
  const { page } = office;
  await page.setViewportSize({ width: 1366, height: 768 });
  const passphrase = page.getByLabel(/^Passphrase/);
  const setUp = page.getByRole('heading', { name: 'Set up this branch' });
  await expect(setUp.or(passphrase).first()).toBeVisible();
  if (!(await setUp.isVisible())) {
    await passphrase.fill(FOLDER_PASSPHRASE);
    await page.keyboard.press('Enter');
  }
  await page.getByRole('tab', { name: 'I have a branch file' }).click();
  await page.screenshot({ path: test.info().outputPath('give.png') });
  await page.getByLabel('Or the text of its QR code').fill(file.text);
  await page.getByRole('button', { name: 'Read the text' }).click();
  await expect(page.getByText('Riverside (riverside)')).toBeVisible();
  for (const group of file.fingerprint.split('-')) await expect(page.getByText(group, { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Enrol this PC' })).toBeDisabled();
  await page.screenshot({ path: test.info().outputPath('compare.png') });
  await page.getByLabel(/They read me the same fingerprint/).check();
  await page.getByRole('button', { name: 'Enrol this PC' }).click();
  await expect(page.getByText(/This PC is the branch Riverside of/)).toBeVisible();
  const listed = (await listBranches(store, Date.now())).find(({ branch }) => branch === 'riverside');
  expect(listed?.devices).toHaveLength(1);
  await page.screenshot({ path: test.info().outputPath('enrolled.png') });

  await page.getByLabel('Passphrase', { exact: true }).fill(PEOPLE.it.passphrase);
  await page.getByLabel('The same again').fill(PEOPLE.it.passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Named by head office, not added yet')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('people.png') });
  await page.getByRole('button', { name: 'Add Ada Okoro' }).click();
  await expect(field(page, 'Name')).toHaveValue('Ada Okoro');
  await page.keyboard.press('Escape');
  await visit(page, 'Head office');
  await expect(page.getByText('Fingerprint of head office')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('enrolment-panel.png') });
});

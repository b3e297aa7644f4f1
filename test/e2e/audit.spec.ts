/** The auditor's room on the real app: what an officer decided is found, proven, replayed and taken away. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { leave, PEOPLE, signIn } from './people.ts';
import { decide, fillGood, visit } from './screens-typing.ts';

/** An officer's decision, then the auditor at the same screen. */
async function decideAndAudit(page: Page): Promise<string> {
  await fillGood(page);
  const seq = String(await decide(page));
  await leave(page, 'Sign out');
  await signIn(page, PEOPLE.auditor);
  await visit(page, 'Audit');
  await expect(page.getByRole('grid', { name: 'Entries of the log' })).toBeVisible();
  return seq;
}

async function expectAccessible(page: Page, screen: string): Promise<void> {
  // Legacy mode: axe's other way opens a page of its own, which this app refuses.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const told = violations.map(({ id, nodes }) => `${screen}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
  expect(told).toEqual([]);
}

test('finds a decision in the log, with what led to it, and replays it', async ({ office: { page } }) => {
  const seq = await decideAndAudit(page);
  const grid = page.getByRole('grid', { name: 'Entries of the log' });
  // The chart's legend has the same words.
  await page.locator('label', { hasText: /^Approve$/ }).click();
  await expect(page.getByText('1 entry', { exact: true })).toBeVisible();
  await expect(grid.getByRole('row').nth(1)).toContainText(PEOPLE.officer.account);
  await grid.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: `Entry ${seq}` })).toBeVisible();
  await expect(page.getByText('This application can be approved.')).toBeVisible();
  await expect(page.getByText(/no witness has countersigned the log/)).toBeVisible();
  await page.getByText('Proof of its place in the log').first().click();
  await expect(page.getByText(`c2sp.org/tlog-proof@v1`)).toBeVisible();
  await page.getByRole('button', { name: 'Replay this decision' }).click();
  await expect(page.getByText('Every decision comes out as it was stored.')).toBeVisible();
  await page.getByRole('button', { name: 'Set a legal hold' }).click();
  await expect(page.getByText(/This record is held since/)).toBeVisible();
  await expect(page.getByRole('link', { name: /^Entry/ })).toBeVisible();
});

test('verifies the log, takes evidence away and tells where it is', async ({ office }) => {
  const { page } = office;
  await decideAndAudit(page);
  await page.getByRole('tab', { name: 'Verify and export' }).click();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await expect(page.getByText(/is intact/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Export evidence' }).click();
  const file = page.getByRole('region', { name: 'File', exact: true });
  await expect(file).toBeVisible();
  const path = (await file.innerText()).trim();
  expect(existsSync(path)).toBe(true);
  expect(readdirSync(join(office.data, 'exports'))).toHaveLength(1);
});

for (const colours of ['light', 'dark']) {
  test(`has nothing in the auditor's room that axe complains of in ${colours} colours`, async ({ office: { page } }) => {
    test.slow();
    await page.getByLabel('Colours').selectOption(colours);
    const seq = await decideAndAudit(page);
    await page.getByText('Show as a table').click();
    await expectAccessible(page, 'log');
    await page.getByRole('tab', { name: 'Verify and export' }).click();
    await page.getByRole('button', { name: 'Replay decisions' }).click();
    await expect(page.getByText('Every decision comes out as it was stored.')).toBeVisible();
    await expectAccessible(page, 'evidence');
    await page.getByRole('tab', { name: 'Activity' }).click();
    await expect(page.getByRole('rowheader', { name: PEOPLE.officer.name })).toBeVisible();
    await page.getByText('As CSV').click();
    await expectAccessible(page, 'activity');
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('row', { name: new RegExp(`^${seq} `) }).click();
    await expect(page.getByText('Policy rules')).toBeVisible();
    await page.getByText('The entry as it is stored').first().click();
    await expectAccessible(page, 'entry');
  });
}

/** A branch and head office, in the real app: decided without a line, sent by itself when head office is there, and told in the status bar. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { logIdOf } from '../../branch/sync/log-id.ts';
import { Office } from '../../build/office.ts';
import { takeStick } from '../../headoffice/stick/take-stick.ts';
import { heldEntries } from '../support/head-office.ts';
import { type HeadOfficeOfBank, headOfficeOfBank } from '../support/head-office-of-bank.ts';
import { openedBranch } from '../support/office.ts';
import { PASSPHRASE, PEOPLE, withPeople } from '../support/people.ts';
import { leave, signIn } from './people.ts';
import { decide, fillGood, visit } from './screens-typing.ts';

const FOLDER_PASSPHRASE = 'a folder of the branch';
const person = (role: keyof typeof PEOPLE) => ({ ...PEOPLE[role], role, passphrase: PASSPHRASE });

let bank: HeadOfficeOfBank;
let office: Office;
let log: string;

async function begin(name: string, url?: null): Promise<void> {
  bank = await headOfficeOfBank();
  office = new Office({ args: ['--password-store=basic'] });
  const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
  const branch = await openedBranch(office.data, { protection: { wrap: 'passphrase', passphrase: FOLDER_PASSPHRASE }, clock });
  const people = await withPeople(branch);
  await bank.enrol(people.it, name, url === null ? { url } : {});
  log = logIdOf(branch.log.origin);
  await branch.close();
}

async function openIt(role: keyof typeof PEOPLE): Promise<void> {
  await office.open();
  await office.page.getByLabel(/^Passphrase/).fill(FOLDER_PASSPHRASE);
  await office.page.keyboard.press('Enter');
  await signIn(office.page, person(role));
}

const held = async () => (await heldEntries(bank.head.store, log)).length;

test.afterEach(async () => {
  await office.dispose();
  await bank.close();
});

test('what was decided without head office is sent by itself once it is there, and the status bar says so', async () => {
  test.slow();
  await begin('madrid-07');
  await bank.down();
  await openIt('officer');
  const { page } = office;
  const bar = page.getByRole('contentinfo');
  await expect(bar.getByText(/\d+ entries not yet sent/)).toBeVisible();
  await fillGood(page);
  const seq = await decide(page);
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: test.info().outputPath('offline.png') });
  await bank.up();
  await expect(bar.getByText('Everything is sent')).toBeVisible({ timeout: 60_000 });
  await expect(bar.getByText(/Countersigned up to \d+ · last contact/)).toBeVisible();
  expect(await held()).toBeGreaterThan(seq);
  await page.screenshot({ path: test.info().outputPath('sent.png') });
  await visit(page, 'Head office');
  await expect(page.getByText('Everything that was stored here is countersigned by head office.')).toBeVisible();
  // Everybody may send; the line is IT's.
  await expect(page.getByRole('button', { name: 'Send now' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'Set limit' })).toHaveCount(0);
  await page.screenshot({ path: test.info().outputPath('officers-page.png') });
  // Everything that is shown at that width is within it.
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1366);
});

test('IT sends over a stick what has no line, and reads the answer', async () => {
  test.slow();
  await begin('madrid-08', null);
  await openIt('it');
  const { page } = office;
  await page.setViewportSize({ width: 1366, height: 768 });
  const stick = mkdtempSync(join(tmpdir(), 'outpost-stick-'));
  try {
    await office.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, stick);
    await visit(page, 'Head office');
    await page.getByRole('button', { name: 'Write to a stick …' }).click();
    await expect(page.getByText(/\d+ entries are on the stick/)).toBeVisible();
    expect(readdirSync(join(stick, 'outpost-sync', log)).some((name) => name.startsWith('enrol-'))).toBe(true);
    await page.screenshot({ path: test.info().outputPath('stick-written.png') });
    await takeStick(bank.head, stick, 'cli:test');
    await page.getByRole('button', { name: /^Read head office.s answer …$/ }).click();
    await expect(page.getByText(/Head office has countersigned everything up to entry \d+\./)).toBeVisible();
    await page.screenshot({ path: test.info().outputPath('stick-read.png') });
    expect(await held()).toBeGreaterThan(10);
  } finally {
    rmSync(stick, { recursive: true, force: true });
  }
});

test('a PC that head office has revoked says so over every page, and goes on deciding', async () => {
  test.slow();
  await begin('madrid-09');
  await bank.head.store.query('UPDATE devices SET revoked_at = now() WHERE branch = $1', ['madrid-09']);
  await openIt('officer');
  const { page } = office;
  await page.setViewportSize({ width: 1366, height: 768 });
  await expect(page.getByText('Sending to head office has stopped.')).toBeVisible({ timeout: 30_000 });
  await fillGood(page);
  await decide(page);
  await leave(page, 'Sign out');
  await signIn(page, person('it'));
  await visit(page, 'Head office');
  await expect(page.getByText(/does not know this PC, or has revoked it/)).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('stopped.png') });
});

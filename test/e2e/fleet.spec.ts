/** The fleet page in Chromium itself: no Electron and no stand-in. Head office runs in this process, on the embedded engine. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, expect, type Page, test } from '@playwright/test';
import fastify, { type FastifyInstance } from 'fastify';
import type { OperatorRole } from '../../contract/operators.ts';
import { fleetPage } from '../../headoffice/fleet/plugin.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import type { Store } from '../../headoffice/store/store.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { cosignatureLine } from '../../ledger/note.ts';
import { findChromium } from '../electron-standin/chromium.ts';
import { addCheapOperator } from '../support/cheap-operator.ts';
import { FLEET_NOW, fillFleet, fillLog, OFFICE, sampleEntries } from '../support/fleet-of-branches.ts';

const PASSPHRASE = 'correct horse battery';
const NAMES: Record<OperatorRole, string> = { viewer: 'Vera Lund', auditor: 'Ivy Chen', operator: 'Agnes Bell' };
const BRANCHES = 240;
/** Folder for pictures of every page, to be looked at; those of the documentation are taken from there. */
const SHOTS = process.env.FLEET_SCREENSHOTS ?? null;
/** Too long to be shown whole. */
const LISTS = new Set(['branches', 'alarms', 'actions', 'decisions']);

test.describe.configure({ mode: 'serial' });

let store: Store;
let app: FastifyInstance;
let address: string;
let browser: Browser;
let decision: string;
let evidence: string;

test.beforeAll(async () => {
  store = await openStore({ database: 'memory://', partitions: 1 });
  await fillFleet(store, { branches: BRANCHES });
  const filled = await fillLog(store, {
    branch: 'riverside',
    name: 'Riverside',
    entries: sampleEntries('riverside', 40),
    batches: [
      { to: 20, received: new Date(FLEET_NOW - 7_200_000) },
      { to: 43, received: new Date(FLEET_NOW - 3_600_000) },
    ],
  });
  await store.query(
    `INSERT INTO in_place (log_no, product, place, sha256, name, version, since, seq)
     SELECT $1, product, place, sha256, name, version, since, seq FROM in_place WHERE log_no = (SELECT log_no FROM logs WHERE branch = 'branch-00001')`,
    [filled.logNo],
  );
  await store.query(
    `INSERT INTO daily_decisions SELECT $1, day, product, model, outcome, decisions FROM daily_decisions WHERE log_no = (SELECT log_no FROM logs WHERE branch = 'branch-00001')`,
    [filled.logNo],
  );
  decision = `/fleet/decisions/${filled.log}/4`;
  // Two notes of one size and two roots, both signed by the log.
  const note = (root: number) => signCheckpoint(43, Buffer.alloc(32, root), filled.signer);
  const known = note(1) + cosignatureLine(note(1), OFFICE.witness, FLEET_NOW / 1000);
  evidence = '4f0c7f0e-63a4-4f0e-8d43-0f1f8a4b9d11';
  await store.query(
    `INSERT INTO evidence (evidence, log_no, kind, known, sent, device, found_at) VALUES ($1, $2, 'fork', $3, $4, $5, $6)`,
    [evidence, filled.logNo, known, note(2), 'c0ffee'.repeat(10), new Date(FLEET_NOW - 1_800_000)],
  );
  await store.query('UPDATE logs SET frozen_at = $2 WHERE log_no = $1', [filled.logNo, new Date(FLEET_NOW - 1_800_000)]);
  await store.query(
    `INSERT INTO alarms (alarm, branch, kind, subject, detail, began_at, last_at) VALUES ($1, 'riverside', 'fork', $2, 'Two pasts of this log were seen. Nothing more of it is taken.', $3, $3)`,
    ['riverside-fork', filled.origin, new Date(FLEET_NOW - 1_800_000)],
  );
  for (const role of ['viewer', 'auditor', 'operator'] as const) await addCheapOperator(store, role, PASSPHRASE, NAMES[role]);
  app = fastify();
  await app.register(fleetPage, { store, keys: OFFICE, now: () => FLEET_NOW });
  await app.listen({ host: '127.0.0.1', port: 0 });
  address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath === null ? {} : { executablePath }), args: ['--no-sandbox', '--disable-gpu'] });
});

test.afterAll(async () => {
  await browser?.close();
  await app?.close();
  await store?.close();
});

async function enter(role: OperatorRole, options: BrowserContextOptions = {}): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  await page.goto(`${address}/fleet`);
  await page.getByLabel('Account').fill(role);
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  return { page, context };
}

/** In the dark only colours differ, and axe takes seconds for a page. */
async function expectAccessible(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (scheme === 'dark' ? axe.withRules(['color-contrast']) : axe).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

test('lets a viewer see the fleet and find a branch, without a script, and no decision', async () => {
  const { page, context } = await enter('viewer');
  await expect(page.getByText(`of ${BRANCHES + 1} in use`)).toBeVisible();
  await page.getByRole('link', { name: 'Branches', exact: true }).click();
  await page.getByLabel('Name or id').fill('river');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('link', { name: 'Riverside' }).click();
  await expect(page.getByRole('heading', { name: 'Riverside' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'List of decisions' })).toHaveCount(0);
  await page.goto(address + decision);
  await expect(page.getByText('Your role is viewer')).toBeVisible();
  await context.close();
});

test('lets an auditor look at a decision, records it, and gives its proof', async () => {
  const { page, context } = await enter('auditor');
  await page.goto(`${address}/fleet/branches/riverside`);
  await page.getByRole('link', { name: 'List of decisions' }).click();
  await page.getByRole('link', { name: '4', exact: true }).click();
  await expect(page.getByText('That key never left the branch')).toBeVisible();
  await expect(page.getByText('low-side')).toBeVisible();
  const [proof] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Inclusion proof' }).click()]);
  expect(proof.suggestedFilename()).toMatch(/-4-proof\.txt$/);
  await page.getByRole('link', { name: 'Downloads' }).click();
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'branches.csv' }).click()]);
  expect(csv.suggestedFilename()).toBe('branches.csv');
  await page.getByRole('link', { name: 'Actions' }).click();
  await expect(page.getByRole('cell', { name: 'see-decision' }).first()).toBeVisible();
  await context.close();
});

test('lets an operator acknowledge an alarm, and nobody else', async () => {
  const { page, context } = await enter('operator');
  await page
    .getByRole('link', { name: /Alarms/ })
    .first()
    .click();
  const buttons = page.getByRole('button', { name: 'Acknowledge' });
  const before = await buttons.count();
  expect(before).toBeGreaterThan(3);
  await buttons.first().click();
  await expect(buttons).toHaveCount(before - 1);
  await expect(page.getByText('by operator')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto(`${address}/fleet/alarms`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await context.close();
});

const LOOKED_AT: [name: string, path: () => string, role: OperatorRole][] = [
  ['overview', () => '/fleet', 'operator'],
  ['branches', () => '/fleet/branches?order=alarms', 'operator'],
  ['branch', () => '/fleet/branches/riverside', 'operator'],
  ['evidence', () => `/fleet/evidence/${evidence}`, 'operator'],
  ['alarms', () => '/fleet/alarms', 'operator'],
  ['decisions', () => '/fleet/branches/riverside/decisions', 'auditor'],
  ['decision', () => decision, 'auditor'],
  ['actions', () => '/fleet/actions', 'auditor'],
  ['downloads', () => '/fleet/downloads', 'auditor'],
  ['not-found', () => '/fleet/nowhere', 'auditor'],
];

for (const colorScheme of ['light', 'dark'] as const)
  test(`can be read by everybody, in ${colorScheme}`, async () => {
    test.setTimeout(600_000);
    for (const role of ['operator', 'auditor'] as const) {
      // axe itself is a script.
      const { page, context } = await enter(role, { colorScheme, javaScriptEnabled: true, bypassCSP: true });
      for (const [name, path] of LOOKED_AT.filter(([, , who]) => who === role)) {
        await page.goto(address + path());
        await expectAccessible(page, colorScheme);
        for (const width of SHOTS === null ? [] : [1366, 1920]) {
          await page.setViewportSize({ width, height: width === 1366 ? 768 : 1080 });
          await page.screenshot({
            path: join(SHOTS ?? '', `fleet-${name}${colorScheme === 'dark' ? '-dark' : ''}-${width}.png`),
            fullPage: !LISTS.has(name),
          });
        }
      }
      await context.close();
    }
    const context = await browser.newContext({ colorScheme, bypassCSP: true, viewport: { width: 1366, height: 768 } });
    const door = await context.newPage();
    await door.goto(`${address}/fleet/sign-in`);
    await expectAccessible(door, colorScheme);
    if (SHOTS !== null) await door.screenshot({ path: join(SHOTS, `fleet-sign-in${colorScheme === 'dark' ? '-dark' : ''}.png`) });
    await context.close();
  });

test('is used with the keyboard: the first stop skips to the content', async () => {
  const { page, context } = await enter('viewer');
  await page.goto(`${address}/fleet`);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#content$/);
  await context.close();
});

/** `npm run tour [-- --out DIR] [--headed]`: the program's main flow by itself, with a picture of each screen. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { type ProductDefinition, productDefinition } from '../contract/product.ts';
import { ensureBuild } from './ensure-build.ts';
import { Office, shell } from './office.ts';
import { ROOT } from './root.ts';
import { ensureShell } from './system-packages.ts';
import { FIRST, MORE, type TourApplication } from './tour-applications.ts';
import { ADA, addPerson, begin, comeIn, comeInFirst, fillFirstStart, IVY, MARTA, SAMUEL, signOut } from './tour-people.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function readOptions(): { out: string; headed: boolean } {
  const { values } = parseArgs({ options: { out: { type: 'string' }, headed: { type: 'boolean', default: false } } });
  return { out: resolve(values.out ?? join(ROOT, 'docs/screenshots')), headed: values.headed };
}

function readProduct(name: string): ProductDefinition {
  return productDefinition.parse(JSON.parse(readFileSync(join(ROOT, 'models/bundled', name, 'product.json'), 'utf8')));
}

/** By the rail at the left: pages may have links of the same name. */
async function visit(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
}

/** Fills the form by the labels that the product's own definition gives its fields. */
async function fill(page: Page, { product, answers }: TourApplication): Promise<void> {
  const { title, fields } = readProduct(product);
  await visit(page, 'New application');
  await page.getByText(title.en, { exact: true }).first().click();
  for (const field of fields) {
    const answer = answers[field.id];
    if (answer === undefined) continue;
    if (field.type === 'choice') {
      const box = page.getByRole('combobox', { name: field.label.en, exact: true });
      await box.fill(field.options.find(({ value }) => value === answer)?.label.en ?? answer);
      await box.press('Enter');
    } else await page.getByRole('textbox', { name: field.label.en, exact: true }).fill(answer);
  }
}

/** Returns once the decision is stored and shown. */
async function decide(page: Page, application: TourApplication): Promise<void> {
  await fill(page, application);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: /^Stored as entry/ }).waitFor();
}

/** The decision as a person reads it on the screen: the verdict, why, and where it is stored. */
async function tell(page: Page): Promise<string> {
  const [verdict, figures, why, stored] = await Promise.all([
    linesOf(page.locator('header[data-outcome] p')),
    linesOf(page.locator('header[data-outcome] dl > div')),
    linesOf(page.getByRole('region', { name: 'Why' })),
    linesOf(page.getByRole('region', { name: /^Stored as entry/ })),
  ]);
  return [...verdict, figures.join(' · '), ...why.slice(1), stored[0] ?? '', stored[1] ?? ''].map((line) => `  ${line}`).join('\n');
}

/** One line per element, or per line of the only one. */
async function linesOf(of: Locator): Promise<string[]> {
  const texts = await of.allInnerTexts();
  const lines = texts.length > 1 ? texts.map((text) => text.replaceAll('\n', ' ')) : (texts[0] ?? '').split('\n');
  return lines.map((line) => line.trim()).filter(Boolean);
}

type Picture = (name: string) => Promise<void>;

/** The first start: IT makes its own account and those of the others. */
async function setUp(page: Page, picture: Picture): Promise<void> {
  await fillFirstStart(page, MARTA);
  await picture('first-start');
  await begin(page);
  for (const person of [SAMUEL, IVY, ADA]) await addPerson(page, person);
  await picture('people');
  await signOut(page);
  await picture('sign-in');
}

async function decideAll(page: Page, picture: Picture): Promise<void> {
  await fill(page, FIRST);
  await picture('application');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: /^Stored as entry/ }).waitFor();
  await picture('decision');
  say(`\nThe decision, as the screen shows it:\n${await tell(page)}\n`);
  await page.getByRole('link', { name: 'Receipt' }).click();
  await page.getByRole('img', { name: 'QR code of the proof' }).waitFor();
  await picture('receipt');
  for (const [name, application] of Object.entries(MORE)) {
    await decide(page, application);
    await picture(name);
  }
}

/** A supervisor takes up what the machine left to a person. */
async function review(page: Page, picture: Picture): Promise<void> {
  await visit(page, 'Reviews');
  const first = page.getByRole('link', { name: /^Review entry/ }).first();
  await first.waitFor();
  await picture('reviews');
  await first.click();
  await page.getByRole('button', { name: 'Review this decision' }).click();
  await page.getByLabel('Approve', { exact: true }).check();
  await page.getByLabel('Income is shown in another way').check();
  await page.getByRole('textbox', { name: 'Remark' }).fill('Payslips of the last six months seen; the overtime is regular.');
  await picture('review');
  await page.getByRole('button', { name: 'Store the review' }).click();
  await page.getByText('What holds now:').waitFor();
}

/** Names and keys of applicants can be destroyed; what would go is shown first. */
async function lookAtPrivacy(page: Page, picture: Picture): Promise<void> {
  await visit(page, 'Privacy');
  await page.getByRole('heading', { level: 1, name: 'Privacy' }).waitFor();
  await picture('privacy');
}

/** What an auditor does who trusts neither the branch nor this program: finds, decides again, verifies. */
async function audit(page: Page, picture: Picture): Promise<void> {
  await visit(page, 'Audit');
  const grid = page.getByRole('grid', { name: 'Entries of the log' });
  await grid.waitFor();
  await picture('audit');
  // The chart's legend has the same words.
  await page.locator('label', { hasText: /^Decline$/ }).click();
  await page.getByText('1 entry', { exact: true }).waitFor();
  await grid.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Replay this decision' }).click();
  await page.getByText('Every decision comes out as it was stored.').waitFor();
  await picture('audit-entry');
  await visit(page, 'Audit');
  await page.getByRole('tab', { name: 'Verify and export' }).click();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page
    .getByText(/intact/i)
    .first()
    .waitFor();
  await picture('audit-verify');
  await page.getByRole('tab', { name: 'Activity' }).click();
  await page.getByRole('table').first().waitFor();
  await picture('audit-activity');
}

async function lookAfter(page: Page, picture: Picture): Promise<void> {
  await visit(page, 'Updates');
  await page.getByRole('region', { name: 'Instalment loan for goods' }).waitFor();
  await picture('updates');
  await visit(page, 'Backups');
  await page.getByRole('heading', { level: 1, name: 'Backups' }).waitFor();
  await picture('backups');
}

async function lookAround(page: Page, picture: Picture): Promise<void> {
  await visit(page, 'Decisions');
  await page.getByRole('grid', { name: 'Decisions' }).waitFor();
  await picture('decisions');
  await visit(page, 'Log');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page
    .getByText(/intact/i)
    .first()
    .waitFor();
  await picture('log');
  await visit(page, 'Model');
  await picture('model');
}

async function lookInDarkAndSpanish(page: Page, picture: Picture): Promise<void> {
  // By what they offer, because their names follow the language.
  const colours = page.locator('select:has(option[value=dark])');
  const languages = page.locator('select:has(option[value=es])');
  await colours.selectOption('dark');
  await visit(page, 'Decisions');
  await page.getByRole('grid', { name: 'Decisions' }).waitFor();
  await picture('decisions-dark');
  await page.getByRole('row').nth(1).click();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Stored as entry/ }).waitFor();
  await picture('decision-dark');
  await languages.selectOption('es');
  await picture('decision-spanish-dark');
  await colours.selectOption('light');
  await picture('decision-spanish');
}

async function walk({ page }: Office, out: string): Promise<void> {
  const picture: Picture = async (name) => {
    await page.getByRole('main').evaluate((main) => main.scrollTo(0, 0));
    // Fonts and transitions settle; a picture of a half-drawn chart shows nobody anything.
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(out, `${name}.png`) });
    say(`  picture ${name}.png`);
  };
  await setUp(page, picture);
  await comeInFirst(page, ADA);
  await decideAll(page, picture);
  await signOut(page);
  await comeInFirst(page, SAMUEL);
  await review(page, picture);
  await lookAtPrivacy(page, picture);
  await signOut(page);
  await comeInFirst(page, IVY);
  await audit(page, picture);
  await signOut(page);
  await comeIn(page, MARTA);
  await lookAfter(page, picture);
  await signOut(page);
  await comeIn(page, ADA);
  await lookAround(page, picture);
  await lookInDarkAndSpanish(page, picture);
}

async function tour(): Promise<number> {
  const { out, headed } = readOptions();
  if (!ensureShell()) return 1;
  ensureBuild();
  mkdirSync(out, { recursive: true });
  say(`The walk-through runs on ${shell.name === 'Electron' ? 'Electron' : 'the stand-in for Electron'}, on a data folder of its own.`);
  const office = new Office({ env: { STANDIN_HEADLESS: headed ? '0' : '1' } });
  try {
    await office.open();
    office.page.setDefaultTimeout(15_000);
    await walk(office, out);
    say(`The pictures are in ${out}`);
    return 0;
  } catch (error) {
    if (office.isOpen) await office.page.screenshot({ path: join(out, 'where-it-stopped.png') });
    process.stderr.write(`${office.stderr.join('')}\n`);
    throw error;
  } finally {
    await office.dispose();
  }
}

process.exit(await tour());

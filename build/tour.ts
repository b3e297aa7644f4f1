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

async function walk(office: Office, out: string): Promise<void> {
  const { page } = office;
  const picture = async (name: string): Promise<void> => {
    await page.getByRole('main').evaluate((main) => main.scrollTo(0, 0));
    // Fonts and transitions settle; a picture of a half-drawn chart shows nobody anything.
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(out, `${name}.png`) });
    say(`  picture ${name}.png`);
  };

  // By what they offer, because their names follow the language.
  const colours = page.locator('select:has(option[value=dark])');
  const languages = page.locator('select:has(option[value=es])');

  await fill(page, FIRST);
  await picture('application');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: /^Stored as entry/ }).waitFor();
  await picture('decision');
  say(`\nThe decision, as the screen shows it:\n${await tell(page)}\n`);
  for (const [name, application] of Object.entries(MORE)) {
    await decide(page, application);
    await picture(name);
  }

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

/** An officer's hands on the form, by the accessible names of the bundled instalment loan. */
import type { Page } from '@playwright/test';

export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
export const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

export async function choose(page: Page, name: string, beginning: string): Promise<void> {
  await choice(page, name).fill(beginning);
  await choice(page, name).press('Enter');
}

/** An application that the bundled policy approves. */
export const GOOD = {
  texts: {
    'Full name': 'Ama Osei',
    'Price of the goods': '1,600',
    'Amount requested': '900',
    Term: '36',
    'Time in the present job': '9',
    'Monthly income': '240',
    'Monthly expenses': '60',
    Assets: '4,000',
    'Outstanding debt': '0',
  },
  choices: { 'Type of employment': 'Perm', 'Negative credit records': 'No', Home: 'Own' },
};

export async function fillGood(page: Page): Promise<void> {
  for (const [name, text] of Object.entries(GOOD.texts)) await field(page, name).fill(text);
  for (const [name, beginning] of Object.entries(GOOD.choices)) await choose(page, name, beginning);
}

export async function visit(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
}

/** Decides the form as it stands; returns the entry's number. */
export async function decide(page: Page): Promise<number> {
  await page.keyboard.press('Control+Enter');
  const stored = await page.getByRole('heading', { name: /^Stored as entry \d+$/ }).innerText();
  return Number(/\d+$/.exec(stored)?.[0]);
}

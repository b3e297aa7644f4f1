/** The people of the walk-through: who they are, and how they come in and leave on the screen. Their passphrases protect nothing. */
import type { Page } from 'playwright-core';

export interface TourPerson {
  account: string;
  name: string;
  /** As the list of roles offers it. */
  role: 'it' | 'officer' | 'supervisor' | 'auditor';
  passphrase: string;
}

export const MARTA: TourPerson = { account: 'marta', name: 'Marta Ruiz', role: 'it', passphrase: 'four quiet river stones' };
export const ADA: TourPerson = { account: 'ada', name: 'Ada Okoro', role: 'officer', passphrase: 'seven green bottles' };
export const SAMUEL: TourPerson = { account: 'samuel', name: 'Samuel Otieno', role: 'supervisor', passphrase: 'nine old bicycle bells' };
export const IVY: TourPerson = { account: 'ivy', name: 'Ivy Chen', role: 'auditor', passphrase: 'two slow paper boats' };

const FIRST_PASSPHRASE = 'handed over by marta';

const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const passphrase = (page: Page, name: string) => page.getByLabel(name, { exact: true });

/** Fills the first start; `begin` sends it. */
export async function fillFirstStart(page: Page, { account, name, passphrase: secret }: TourPerson): Promise<void> {
  await textbox(page, 'Name').fill(name);
  await textbox(page, 'Account').fill(account);
  await passphrase(page, 'Passphrase').fill(secret);
  await passphrase(page, 'The same again').fill(secret);
}

export async function begin(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make the account of IT' }).click();
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
}

export async function addPerson(page: Page, { account, name, role }: TourPerson): Promise<void> {
  await page.getByRole('button', { name: 'Add a person' }).click();
  await textbox(page, 'Name').fill(name);
  await textbox(page, 'Account').fill(account);
  await page.getByRole('dialog').getByLabel('Role').selectOption(role);
  await passphrase(page, 'First passphrase').fill(FIRST_PASSPHRASE);
  await passphrase(page, 'The same again').fill(FIRST_PASSPHRASE);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText(`${name} has an account`).waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /lock, passphrase, sign out/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
}

/** With the first passphrase, which must be replaced at once. */
export async function comeInFirst(page: Page, person: TourPerson): Promise<void> {
  await giveSecret(page, person.account, FIRST_PASSPHRASE);
  await passphrase(page, 'Passphrase from IT').fill(FIRST_PASSPHRASE);
  await passphrase(page, 'New passphrase').fill(person.passphrase);
  await passphrase(page, 'The same again').fill(person.passphrase);
  await page.getByRole('button', { name: 'Change the passphrase' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

export async function comeIn(page: Page, person: TourPerson): Promise<void> {
  await giveSecret(page, person.account, person.passphrase);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

async function giveSecret(page: Page, account: string, secret: string): Promise<void> {
  await textbox(page, 'Account').fill(account);
  await passphrase(page, 'Passphrase').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

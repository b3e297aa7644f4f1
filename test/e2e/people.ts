/** The people of the specs' branch: made once through the service's own calls, copied for every spec, signed in on the screen. */
import { cpSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, type JSHandle, type Page } from '@playwright/test';
import { Office } from '../../build/office.ts';
import { ROOT } from '../../build/root.ts';
import type { PersonRole, Session } from '../../contract/people.ts';
import { servedProbe } from './probe.ts';
import type { Probe } from './probe-types.ts';

export interface Person {
  account: string;
  name: string;
  role: PersonRole;
  passphrase: string;
}

export const PEOPLE: Record<PersonRole, Person> = {
  it: { account: 'marta', name: 'Marta Ruiz', role: 'it', passphrase: 'four quiet river stones' },
  officer: { account: 'ada', name: 'Ada Okoro', role: 'officer', passphrase: 'seven green bottles' },
  supervisor: { account: 'samuel', name: 'Samuel Otieno', role: 'supervisor', passphrase: 'nine old bicycle bells' },
  auditor: { account: 'ivy', name: 'Ivy Chen', role: 'auditor', passphrase: 'two slow paper boats' },
};

/** A closed office in which all of them have chosen their passphrases. */
export const BRANCH_WITH_PEOPLE = join(ROOT, 'out/branch-with-people');

const FIRST_PASSPHRASE = 'handed over by marta';

/** First start, accounts, and everybody's own passphrase, on a line that nobody has come in over; nobody is signed in afterwards. */
export async function makePeople(probe: JSHandle<Probe>): Promise<void> {
  await probe.evaluate(
    async ({ service }, { people: { it, ...others }, first }) => {
      const { door, people } = service!;
      await door.begin({ account: it.account, name: it.name, passphrase: it.passphrase });
      for (const { account, name, role } of Object.values(others)) await people.create({ account, name, role, passphrase: first });
      for (const { account, passphrase } of Object.values(others)) {
        await door.signOut();
        await door.signIn({ account, passphrase: first });
        await door.changePassphrase({ old: first, next: passphrase });
      }
      await door.signOut();
    },
    { people: PEOPLE, first: FIRST_PASSPHRASE },
  );
}

export async function makeBranchWithPeople(): Promise<void> {
  const office = new Office({ appDir: join(ROOT, 'out/probe') });
  try {
    await office.open();
    await makePeople(await servedProbe(office));
    await office.close();
    rmSync(BRANCH_WITH_PEOPLE, { recursive: true, force: true });
    // Of the shell's folder only its own files: the stand-in's key store is one of them, the browser's profile is not.
    const filter = (path: string) => {
      const [top, , ...below] = relative(office.data, path).split(sep);
      return top !== 'shell' || below.length === 0;
    };
    cpSync(office.data, BRANCH_WITH_PEOPLE, { recursive: true, filter });
  } finally {
    await office.dispose();
  }
}

/** Over a page's own line, without the screens. */
export function comeIn(probe: JSHandle<Probe>, { account, passphrase }: Person): Promise<Session> {
  return probe.evaluate(({ service }, given) => service!.door.signIn(given), { account, passphrase });
}

/** On the screen; returns once the person's pages are there. */
export async function signIn(page: Page, { account, passphrase }: Person): Promise<void> {
  await page.getByRole('textbox', { name: 'Account' }).fill(account);
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
}

/** Through the person's own menu in the rail. */
export async function leave(page: Page, how: 'Lock the screen' | 'Sign out'): Promise<void> {
  await page.getByRole('button', { name: /lock, passphrase, sign out/ }).click();
  await page.getByRole('menuitem', { name: how }).click();
}

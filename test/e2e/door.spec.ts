/** The door on the real app: first start, sign-in with its wait, the locked screen, a service that dies, and roles below the screens. */
import type { Failure } from '../../contract/failure.ts';
import { expect, test } from './fixture.ts';
import { comeIn, leave, PEOPLE, signIn } from './people.ts';
import { servedProbe } from './probe.ts';
import { choice, decide, field, fillGood, visit } from './screens-typing.ts';

/** Resolves when the refusal appears with its wait: the first wait is a second, which a busy machine may be late to look for. */
const REFUSAL = `new Promise((resolve) => {
  const look = () => {
    const said = document.querySelector('[role=alert]')?.textContent ?? '';
    if (!/Account and passphrase do not fit.*next try is possible in \\d+ second/s.test(said)) return;
    observer.disconnect();
    resolve(true);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
})`;

test.describe('a new branch', () => {
  test.use({ branch: 'new' });

  test('makes its IT, who makes an officer, who chooses a passphrase and decides', async ({ office: { page } }) => {
    test.slow();
    await expect(page.getByRole('heading', { name: 'Set up this branch' })).toBeVisible();
    await field(page, 'Name').fill('Marta Ruiz');
    await field(page, 'Account').fill('marta');
    await page.getByLabel('Passphrase', { exact: true }).fill(PEOPLE.it.passphrase);
    await page.getByLabel('The same again').fill(PEOPLE.it.passphrase);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();

    await page.getByRole('button', { name: 'Add a person' }).click();
    const form = page.getByRole('dialog');
    await field(page, 'Name').fill('Ada Okoro');
    await field(page, 'Account').fill('ada');
    await form.getByLabel('First passphrase').fill('handed over by marta');
    await form.getByLabel('The same again').fill('handed over by marta');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/Ada Okoro has an account/)).toBeVisible();
    await leave(page, 'Sign out');

    await field(page, 'Account').fill('ada');
    await page.getByLabel('Passphrase', { exact: true }).fill('handed over by marta');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Choose your own passphrase' })).toBeVisible();
    await page.getByLabel('Passphrase from IT').fill('handed over by marta');
    await page.getByLabel('New passphrase', { exact: true }).fill(PEOPLE.officer.passphrase);
    await page.getByLabel('The same again').fill(PEOPLE.officer.passphrase);
    await page.keyboard.press('Enter');
    await fillGood(page);
    await decide(page);
    await expect(page.getByText('by ada')).toBeVisible();
  });
});

test.describe('at the door', () => {
  test.use({ atWork: null });

  test('a wrong passphrase and an unknown account cost the same words and a wait', async ({ office: { page } }) => {
    for (const account of ['ada', 'nobody']) {
      await field(page, 'Account').fill(account);
      await page.getByLabel('Passphrase', { exact: true }).fill('not the right one');
      const told = page.evaluate(REFUSAL);
      await page.keyboard.press('Enter');
      expect(await told).toBe(true);
      await expect(page.getByText(/next try is possible/)).toBeHidden();
    }
    await signIn(page, PEOPLE.officer);
  });
});

test('a locked screen shows nothing of the work and gives it back to the same person', async ({ office: { page } }) => {
  await field(page, 'Full name').fill('Ama Osei');
  await leave(page, 'Lock the screen');
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await expect(page.getByText('Ama Osei')).toHaveCount(0);
  await page.getByLabel('Passphrase', { exact: true }).fill(PEOPLE.officer.passphrase);
  await page.keyboard.press('Enter');
  await expect(field(page, 'Full name')).toHaveValue('Ama Osei');
});

test('a service that was killed asks nobody for a passphrase', async ({ office }) => {
  const { page } = office;
  await field(page, 'Full name').fill('Ama Osei');
  await expect(page.getByText(/^Draft saved/)).toBeVisible();
  await office.killService();
  await expect(page.getByText(/branch service is restarting/)).toBeVisible();
  await expect(page.getByText(/branch service is restarting/)).toBeHidden({ timeout: 30_000 });
  await expect(field(page, 'Full name')).toHaveValue('Ama Osei');
  await expect(choice(page, 'Home')).toBeVisible();
  await visit(page, 'Decisions');
  await expect(page.getByText('Nothing has been decided on this PC yet.')).toBeVisible();
});

test('what a role may not do is refused by the service, whatever the page asks', async ({ probe: office }) => {
  const probe = await servedProbe(office);
  const refusal = (ask: 'people' | 'status' | 'waiting'): Promise<Failure['kind'] | 'answered'> =>
    probe.evaluate(async ({ service }, asked) => {
      const calls = {
        people: () => service!.people.list(),
        status: () => service!.office.status(),
        waiting: () => service!.reviews.waiting(),
      };
      return await calls[asked]().then(
        () => 'answered' as const,
        (error: { data?: Failure }) => error.data!.kind,
      );
    }, ask);
  expect(await refusal('status')).toBe('session-over');
  await comeIn(probe, PEOPLE.officer);
  expect(await refusal('status')).toBe('answered');
  expect(await refusal('people')).toBe('not-allowed');
  expect(await refusal('waiting')).toBe('not-allowed');
  await probe.evaluate(({ service }) => service!.door.lock());
  expect(await refusal('status')).toBe('session-locked');
  await comeIn(probe, PEOPLE.it);
  expect(await refusal('people')).toBe('answered');
});

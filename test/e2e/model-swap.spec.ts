/** A new model on a PC without a network: from a stick that head office signed, while the branch is at work, and back in one step. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { packModel } from '../../branch/pack-model.ts';
import { Office } from '../../build/office.ts';
import { BUNDLED_DIR } from '../support/office.ts';
import { PRODUCT, Releases } from '../support/releases.ts';
import { SignedRepository } from '../support/signed-repository.ts';
import { expect, test } from './fixture.ts';
import { BRANCH_WITH_PEOPLE, leave, PEOPLE, signIn } from './people.ts';
import { decide, fillGood, visit } from './screens-typing.ts';

const NAME = 'instalment-loan-champion';

/** A stick with a model that head office signed, and the root that a program would ship with. */
async function makeStick(folder: string, releases: Releases): Promise<{ stick: string; root: string }> {
  const { file: unpacked, offer } = releases.model('champion', { version: '1.1.0' });
  const { packed } = await packModel(unpacked, null, BUNDLED_DIR);
  if (packed === null) throw new Error('the model of this test does not pass its checks');
  const file = 'models/instalment-loan/1.1.0.zip';
  const repository = new SignedRepository(join(folder, 'head-office')).add(file, Buffer.from(packed.archive));
  const rollout = { state: 'rolling' as const, percentage: 100, branches: [], tags: [] };
  const champion = [{ artefact: offer.artefact, file, rollout, activateFrom: null, allowDowngrade: false }];
  repository
    .channel('models/stable.json', { format: 'outpost-models/1', products: { [PRODUCT]: { champion, challengers: [] } } })
    .publish();
  const [stick, root] = [join(folder, 'stick'), join(folder, 'root.json')];
  cpSync(repository.public, stick, { recursive: true });
  writeFileSync(root, repository.root());
  return { stick, root };
}

/** By the next decision of the officer. */
async function modelThatDecides(page: Page): Promise<string> {
  await signIn(page, PEOPLE.officer);
  await visit(page, 'New application');
  await fillGood(page);
  await decide(page);
  const name = await page
    .getByRole('article')
    .getByText(new RegExp(`^${NAME} `))
    .innerText();
  await leave(page, 'Sign out');
  return name.slice(NAME.length + 1);
}

test('a signed model from a stick decides the next application, and goes back in one step', async () => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'outpost-swap-'));
  const releases = new Releases();
  const { stick, root } = await makeStick(folder, releases);
  const office = new Office({ env: { OUTPOST_TRUST_ROOT: root }, from: BRANCH_WITH_PEOPLE });
  const picture = (name: string) => office.page.screenshot({ path: test.info().outputPath(`${name}.png`) });
  try {
    await office.open();
    const { page } = office;
    expect(await modelThatDecides(page)).toBe('1.0.0');
    await office.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, stick);
    await signIn(page, PEOPLE.it);
    await visit(page, 'Updates');
    const product = page.getByRole('region', { name: 'Instalment loan for goods' });
    const champion = product.getByRole('listitem').filter({ hasText: /^Champion/ });
    await expect(champion).toContainText('1.0.0');
    await picture('before');
    await page.getByRole('button', { name: 'From a USB stick …' }).click();
    await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
    await picture('during');
    await expect(champion).toContainText('1.1.0', { timeout: 60_000 });
    await expect(product.getByRole('listitem').filter({ hasText: /^Previous champion/ })).toContainText('1.0.0');
    await picture('after');
    await leave(page, 'Sign out');
    expect(await modelThatDecides(page)).toBe('1.1.0');

    await signIn(page, PEOPLE.it);
    await visit(page, 'Updates');
    await product.getByRole('button', { name: /Roll back/ }).click();
    await page.getByRole('button', { name: 'Ask for it' }).click();
    await expect(page.getByText(/You asked for this yourself/)).toBeVisible();
    await leave(page, 'Sign out');
    await signIn(page, PEOPLE.supervisor);
    await visit(page, 'Updates');
    await page.getByRole('button', { name: 'Confirm …' }).click();
    await page.getByRole('button', { name: 'Confirm it' }).click();
    await expect(champion).toContainText('1.0.0');
    await picture('rolled-back');
    await leave(page, 'Sign out');
    expect(await modelThatDecides(page)).toBe('1.0.0');
  } finally {
    await office.dispose();
    releases.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

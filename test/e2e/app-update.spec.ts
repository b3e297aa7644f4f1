/** The program's own update in the real shell: main's updater, the service's verified chain, a server on this machine, an AppImage that replaces itself. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSHandle } from '@playwright/test';
import { keepUpdatePlace } from '../../branch/updates/update-state.ts';
import { Office, shell } from '../../build/office.ts';
import { ROOT } from '../../build/root.ts';
import { appChannel, appRelease, withBlockMap } from '../support/app-releases.ts';
import { openedBranch } from '../support/office.ts';
import { SignedRepository } from '../support/signed-repository.ts';
import { UpdateServer } from '../support/update-server.ts';
import { expect, test } from './fixture.ts';
import { PEOPLE } from './people.ts';
import { probeOf, servedProbe } from './probe.ts';
import type { Probe } from './probe-types.ts';

const PASSPHRASE = 'nine grey herons';
const PADDING = `${'#'.repeat(2_000_000)}\n`;

/** A program of a few lines that says that it ran, as large as one that is worth a download of differences. */
const image = (says: string, to: string) => withBlockMap(Buffer.from(`#!/bin/sh\necho ${says} > ${to}\nexit 0\n${PADDING}`));

/** What lies beside a packaged program. */
function resourcesIn(folder: string, root: Uint8Array): string {
  const resources = join(folder, 'resources');
  mkdirSync(join(resources, 'build/trust-root'), { recursive: true });
  writeFileSync(join(resources, 'build/trust-root/root.json'), root);
  mkdirSync(join(resources, 'models'), { recursive: true });
  symlinkSync(join(ROOT, 'models/bundled'), join(resources, 'models/bundled'));
  writeFileSync(join(resources, 'app-update.yml'), 'provider: custom\nupdaterCacheDirName: outpost-updater\n');
  return resources;
}

/** The first state of these, or what was last seen. */
function appUpdateState(probe: JSHandle<Probe>, wanted: string[]): Promise<unknown> {
  return probe.evaluate(async ({ native }, names) => {
    for await (const { state, version, failure } of await native!.appUpdate())
      if (names.includes(state)) return { state, version, failure: failure?.happened ?? null };
    return null;
  }, wanted);
}

test('an update is fetched in parts, refused when it was exchanged, fetched anew, and takes the place of the program', async () => {
  test.skip(shell.name !== 'stand-in', 'on Electron this takes a packaged program: docs/first-run-on-electron.md');
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'outpost-update-'));
  const at = (name: string) => join(folder, name);
  const [ran, program] = [at('ran.txt'), at('outpost.appimage')];
  const next = image('next', ran);
  writeFileSync(program, image('this', ran).file);
  chmodSync(program, 0o755);
  const file = 'app/outpost-0.2.0.appimage';
  const repository = new SignedRepository(at('head-office')).add(file, next.file);
  repository.channel('app/stable-linux-x64.json', appChannel(appRelease('0.2.0', file, { blockMapSize: next.blockMapSize }))).publish();
  const server = await UpdateServer.start(repository.public);
  const env = {
    STANDIN_RESOURCES: resourcesIn(folder, repository.root()),
    // A packaged program believes what it ships with alone.
    OUTPOST_TRUST_ROOT: at('nowhere.json'),
    APPIMAGE: program,
    XDG_CACHE_HOME: at('cache'),
  };
  const office = new Office({ appDir: join(ROOT, 'out/probe'), env });
  try {
    const protection = { wrap: 'passphrase', passphrase: PASSPHRASE } as const;
    const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
    const branch = await openedBranch(office.data, { protection, clock });
    keepUpdatePlace(branch.log.db, { repository: server.url, tags: [] });
    await branch.close();
    await office.open();
    const native = await probeOf(office);
    await native.evaluate(({ native: calls }, passphrase) => calls!.unlock({ passphrase }), PASSPHRASE);
    const probe = await servedProbe(office);
    await probe.evaluate(async ({ service }, { account, name, passphrase }) => {
      await service!.door.begin({ account, name, passphrase });
      for await (const _step of await service!.updates.check());
    }, PEOPLE.it);
    expect(await appUpdateState(probe, ['ready', 'failed'])).toEqual({ state: 'ready', version: '0.2.0', failure: null });
    // By `net.request` of main: the block map and what differs, and never the whole.
    const asked = server.asked.filter((path) => path.includes('.appimage'));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.every((path) => /bytes=\d+-\d+$/.test(path))).toBe(true);

    const pending = at('cache/outpost-updater/pending');
    const [ready = ''] = readdirSync(pending).filter((name) => name.endsWith('.appimage'));
    writeFileSync(join(pending, ready), image('false', ran).file);
    const install = () =>
      probe.evaluate(({ native: calls }) =>
        calls!.installUpdate().then(
          () => 'installed',
          (error: { data?: { kind: string } }) => error.data?.kind,
        ),
      );
    expect(await install()).toBe('update-refused');
    expect(existsSync(ran)).toBe(false);
    // The service was stopped for it and is back; main asked it again by itself.
    await servedProbe(office, 2);
    expect(await appUpdateState(probe, ['ready'])).toMatchObject({ state: 'ready' });

    const gone = office.app.waitForEvent('close');
    await Promise.race([install().catch(() => 'gone'), gone]);
    await gone;
    await expect.poll(() => existsSync(ran) && readFileSync(ran, 'utf8').trim(), { timeout: 10_000 }).toBe('next');
    expect(readFileSync(program)).toEqual(next.file);
  } finally {
    await office.dispose();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepDraft } from '../../../branch/drafts.ts';
import type { AppOffer } from '../../../contract/app-update.ts';
import { AppUpdate } from '../../../electron/main/app-update/app-update.ts';
import { INSTALLER_BYTES } from '../../support/app-releases.ts';
import { application } from '../../support/application.ts';
import type { Desk } from '../../support/updating-desk.ts';
import { after, before, DeskTrial, imageAfter, imageBefore, isInstaller, NEW, OLD, refused, released, tamper } from './desk-trial.ts';

const trial = new DeskTrial();

const LOWER: AppOffer = {
  version: '1.1.0',
  target: 'app/outpost-1.1.0.exe',
  bytes: 1,
  sha512: Buffer.alloc(64).toString('base64'),
  url: null,
  blockmap: null,
  blockmapBefore: null,
  blockMapSize: null,
  releasedOn: '2026-11-30',
  allowDowngrade: false,
};
const never = () => Promise.reject(new Error('it was asked for nothing'));

/** Methods and getters of a desk by name. */
function bound(of: Desk) {
  const { update, app, started, states } = of;
  return { update, app, started, states, check: () => of.check(), pending: () => of.pending };
}

describe('a new version of the program', () => {
  it('is found, fetched as a whole where nothing of the old one is kept, and started when a person says so', async () => {
    const { update, check, app, started, pending, states } = bound(trial.desk());
    expect(await check()).toMatchObject({ state: 'ready', version: '1.1.0', failure: null });
    expect([...new Set(states.map(({ state }) => state))]).toEqual(['offered', 'downloading', 'ready']);
    expect(readFileSync(pending()[0]!)).toEqual(after);
    expect(started).toEqual([]);
    await update.install();
    expect(started).toEqual([{ command: pending()[0], args: ['--updated', '--force-run'] }]);
    expect(app.hasQuit).toBe(true);
  });

  it('costs an NSIS branch the blocks that differ, and an AppImage too', async () => {
    const nsis = trial.desk();
    nsis.keepInstaller(before);
    expect(await nsis.check()).toMatchObject({ state: 'ready' });
    expect(readFileSync(nsis.pending[0]!)).toEqual(after);
    const ofNsis = trial.server.sent;
    // The installer is asked for in parts alone, one range a request.
    expect(trial.server.asked.filter(isInstaller).every((asked) => /bytes=\d+-\d+$/.test(asked))).toBe(true);
    trial.server.sent = 0;
    const image = trial.desk({ kind: 'appimage', platform: 'linux-x64' });
    process.env.APPIMAGE = join(image.app.folder, 'outpost.appimage');
    writeFileSync(process.env.APPIMAGE, imageBefore.file);
    expect(await image.check()).toMatchObject({ state: 'ready' });
    expect(readFileSync(image.pending[0]!)).toEqual(imageAfter.file);
    await image.update.install();
    expect(readFileSync(process.env.APPIMAGE)).toEqual(imageAfter.file);
    expect(image.started).toEqual([{ command: process.env.APPIMAGE, args: [] }]);
    process.stdout.write(
      `differences of ${INSTALLER_BYTES} bytes: NSIS ${ofNsis}, AppImage ${trial.server.sent} bytes with all metadata\n`,
    );
    expect(ofNsis).toBeLessThan(INSTALLER_BYTES / 10);
    expect(trial.server.sent).toBeLessThan(INSTALLER_BYTES / 10);
  });

  it('tells nobody which PC asks, and asks for nothing but files of the repository', async () => {
    const headers: string[] = [];
    trial.server.attack = (_path, request) => {
      headers.push(JSON.stringify(request.headers).toLowerCase());
      return false;
    };
    const own = trial.desk();
    own.keepInstaller(before);
    await own.check();
    expect(headers.filter((text) => /staging|cookie|authorization/.test(text))).toEqual([]);
    expect(trial.server.asked.filter((path) => !/^\/(metadata|targets)\//.test(path))).toEqual([]);
  });

  it('comes from a stick as a whole, without a network', async () => {
    const own = trial.desk();
    await trial.server.stop();
    const stick = trial.folder();
    cpSync(trial.repository.public, stick, { recursive: true });
    own.keepInstaller(before);
    expect(await own.check(stick)).toMatchObject({ state: 'ready' });
    expect(readFileSync(own.pending[0]!)).toEqual(after);
  });

  it('reaches a branch only as its rollout says, whatever electron-updater makes of percentages', async () => {
    const repository = trial.serve([{ ...NEW, rollout: { state: 'rolling', percentage: 0, branches: [], tags: [] } }, OLD]);
    const own = trial.desk();
    expect(await own.check()).toMatchObject({ state: 'none' });
    released(repository, [{ ...NEW, rollout: { state: 'rolling', percentage: 0, branches: [trial.branch.log.branch], tags: [] } }, OLD]);
    expect(await own.check()).toMatchObject({ state: 'ready', version: '1.1.0' });
    // Withdrawn again before anybody installed it.
    released(repository, [{ ...NEW, rollout: { state: 'withdrawn', percentage: 0, branches: [], tags: [] } }, OLD]);
    expect(await own.check()).toMatchObject({ state: 'none' });
    await expect(own.update.install()).rejects.toMatchObject(refused('restart-refused', 'not-ready'));
  });

  it('is no lower one, but where that is signed', async () => {
    const own = trial.serve([OLD]);
    expect(await trial.desk({ version: '1.2.0' }).check()).toMatchObject({ state: 'failed', ...refused('update-refused', 'downgrade') });
    released(own, [{ ...OLD, allowDowngrade: true }]);
    const permitted = trial.desk({ version: '1.2.0' });
    expect(await permitted.check()).toMatchObject({ state: 'ready', version: '1.0.0' });
    // The permission was for that release alone.
    released(own, [OLD]);
    expect(await permitted.check()).toMatchObject({ state: 'failed', ...refused('update-refused', 'downgrade') });
    expect(permitted.updater.channel).toBeNull();
  });

  it('is no lower one either where the service were to be wrong about it: electron-updater compares, too', async () => {
    const own = trial.desk({ version: '1.2.0' });
    const offer = { ...LOWER, url: `${trial.server.url}/targets/x.exe` };
    const questions = { offer: () => Promise.resolve(offer), fetch: never, mayRestart: never };
    const office = { stop: never, startAgain: () => {} };
    const update = new AppUpdate({ updater: own.updater, questions, office, installsAlone: false, onState: () => {} });
    await update.look();
    expect(update.state).toMatchObject({ state: 'failed', ...refused('update-refused', 'downgrade') });
    expect(trial.server.asked).toEqual([]);
  });
});

describe('a restart', () => {
  it('does not come with an installer that was exchanged since it was fetched; the program goes on and fetches it anew', async () => {
    const own = trial.desk();
    await own.check();
    const [file] = own.pending;
    writeFileSync(file!, tamper(after));
    await expect(own.update.install()).rejects.toMatchObject(refused('update-refused', 'hash'));
    expect(own.started).toEqual([]);
    expect(own.app.hasQuit).toBe(false);
    expect(own.office).toEqual(['stop', 'start']);
    expect(existsSync(file!)).toBe(false);
    expect(await own.check()).toMatchObject({ state: 'ready' });
    await own.update.install();
    expect(own.started).toHaveLength(1);
  });

  it('does not come with one that was exchanged, or put there, before the program was started', async () => {
    const own = trial.desk();
    await own.check();
    writeFileSync(own.pending[0]!, tamper(after));
    const next = trial.desk({ folder: own.app.folder });
    expect(await next.check()).toMatchObject({ state: 'ready' });
    expect(readFileSync(next.pending[0]!)).toEqual(after);
    rmSync(next.pending[0]!);
    await expect(next.update.install()).rejects.toMatchObject({ failure: { kind: 'disk-error' } });
    expect(next.office).toEqual(['stop', 'start']);
  });

  it('waits while an application is open or something runs, also when a person asks', async () => {
    const own = trial.desk();
    await own.check();
    own.presence = { atWork: [trial.people.officer.actor], isBusy: false };
    const { product, applicationId } = application();
    keepDraft(trial.people.officer, { product, applicationId, typed: { age: '4' }, changedAt: 1 });
    await expect(own.update.install()).rejects.toMatchObject(refused('restart-refused', 'application-open'));
    own.presence = { atWork: [], isBusy: true };
    await expect(own.update.install()).rejects.toMatchObject(refused('restart-refused', 'work-runs'));
    expect(own.office).toEqual([]);
    // Behind a locked screen what was typed is kept, and nobody is at it.
    own.presence = { atWork: [], isBusy: false };
    await own.update.install();
    expect(own.started).toHaveLength(1);
  });

  it('comes without anybody only when nobody has been at work for ten minutes', async () => {
    const own = trial.desk();
    await own.check();
    own.presence = { atWork: [trial.people.supervisor.actor], isBusy: false };
    await own.update.installWhileAway();
    own.presence = { atWork: [], isBusy: false };
    await own.update.installWhileAway();
    expect(own.started).toEqual([]);
    const mono = trial.branch.clock.mono();
    (trial.branch.clock as { mono: () => number }).mono = () => mono + 11 * 60_000;
    await own.update.installWhileAway();
    expect(own.started[0]?.args).toEqual(['--updated', '/S', '--force-run']);
  });

  it('does not come before the day that head office signed', async () => {
    trial.serve([{ ...NEW, activateFrom: '2027-01-01T06:00:00.000Z' }, OLD]);
    const own = trial.desk();
    expect(await own.check()).toMatchObject({ state: 'ready' });
    await expect(own.update.install()).rejects.toMatchObject(refused('restart-refused', 'not-yet'));
  });
});

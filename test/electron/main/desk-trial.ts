/** A head office with two versions of the program, and PCs of a branch that update themselves from it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Branch } from '../../../branch/open-branch.ts';
import type { AppRelease } from '../../../contract/channel.ts';
import { appChannel, appRelease, blockMapOf, twoInstallers, withBlockMap } from '../../support/app-releases.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { type People, withPeople } from '../../support/people.ts';
import type { SignedRepository } from '../../support/signed-repository.ts';
import { UpdateServer } from '../../support/update-server.ts';
import { UpdateTrial } from '../../support/updating-branch.ts';
import { Desk, type DeskOptions } from '../../support/updating-desk.ts';

export const [before, after] = twoInstallers();
export const [imageBefore, imageAfter] = [withBlockMap(before), withBlockMap(after)];

export const OLD = appRelease('1.0.0', 'app/outpost-1.0.0.exe', { blockmap: 'app/outpost-1.0.0.exe.blockmap' });
export const NEW = appRelease('1.1.0', 'app/outpost-1.1.0.exe', { blockmap: 'app/outpost-1.1.0.exe.blockmap' });
const IMAGE = appRelease('1.1.0', 'app/outpost-1.1.0.appimage', { blockMapSize: imageAfter.blockMapSize });

export const isInstaller = (path: string): boolean => /\.(exe|appimage)( |$)/.test(path);
/** In a block that the version before does not have, so that it is fetched in any case. */
export const tamper = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, 10_500), Buffer.from([(bytes[10_500] ?? 0) ^ 1]), bytes.subarray(10_501)]);
export const refused = (kind: string, cause: string) => ({ failure: { kind, facts: { cause } } });
export const released = (of: SignedRepository, releases: AppRelease[]): SignedRepository =>
  of.channel('app/stable-win32-x64.json', appChannel(...releases)).publish();

/** Of one test file: the server, the branch and its people are new for each test. */
export class DeskTrial {
  readonly #trial = new UpdateTrial();
  readonly #offices = new Offices();
  #folders = 0;
  /** What the server gives out. */
  repository!: SignedRepository;
  server!: UpdateServer;
  branch!: Branch;
  people!: People;

  constructor() {
    let original: SignedRepository;
    beforeAll(async () => {
      await this.#offices.make();
      original = this.ownRepository([NEW, OLD]);
      original.add(IMAGE.file, imageAfter.file).channel('app/stable-linux-x64.json', appChannel(IMAGE)).publish();
    });
    beforeEach(async () => {
      this.server = await UpdateServer.start(original.public);
      this.repository = original;
      this.branch = await openedBranch(this.#offices.copy());
      this.people = await withPeople(this.branch);
    });
    afterEach(async () => {
      await this.branch.close();
      if (this.server.isRunning) await this.server.stop();
    });
    afterAll(() => {
      this.#offices.remove();
      this.#trial.remove();
    });
  }

  folder(): string {
    return join(this.#trial.root, `folder-${++this.#folders}`);
  }

  /** One of its own, to be changed or attacked. */
  ownRepository(releases: AppRelease[]): SignedRepository {
    const own = this.#trial.repository(`head-office-${++this.#folders}`);
    for (const { file, blockmap, version } of releases) {
      const bytes = version === '1.1.0' ? after : before;
      own.add(file, bytes);
      if (blockmap !== null) own.add(blockmap, blockMapOf(bytes), { kind: 'blockmap' });
    }
    return released(own, releases);
  }

  /** From now on the server gives out these. */
  serve(releases: AppRelease[]): SignedRepository {
    this.repository = this.ownRepository(releases);
    this.server.folder = this.repository.public;
    return this.repository;
  }

  desk(changes: Partial<DeskOptions> = {}): Desk {
    const folder = this.folder();
    const trustRoot = `${folder}-root.json`;
    writeFileSync(trustRoot, this.repository.root());
    return new Desk({ branch: this.branch, folder, kind: 'nsis', trustRoot, repository: this.server.url, ...changes });
  }
}

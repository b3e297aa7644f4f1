/** A head office with a model and a program to give out, the server before its repository, and branches that look at it. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Branch } from '../../../branch/open-branch.ts';
import { packModel } from '../../../branch/pack-model.ts';
import { targetFile } from '../../../branch/updates/fetch-target.ts';
import { openUpdates, type Updates } from '../../../branch/updates/open-updates.ts';
import type { AppRelease } from '../../../contract/channel.ts';
import { currentOf } from '../../../headoffice/publish/repository.ts';
import { appChannel, appRelease, blockMapOf, twoInstallers } from '../../support/app-releases.ts';
import { Releases } from '../../support/releases.ts';
import { SignedRepository } from '../../support/signed-repository.ts';
import { UpdateServer } from '../../support/update-server.ts';
import { TO_ALL } from '../../support/updating-branch.ts';
import { BUNDLED_DIR, openOffice, PRODUCT } from '../office.ts';

export const PLATFORM = 'win32-x64';
export const [INSTALLER, NEXT_INSTALLER] = twoInstallers();
const modelFile = (version: string): string => `models/instalment-loan/${version}.zip`;

const OLD = appRelease('1.0.0', 'app/outpost-1.0.0.exe', { blockmap: 'app/outpost-1.0.0.exe.blockmap' });
const NEXT = appRelease('1.1.0', 'app/outpost-1.1.0.exe', { blockmap: 'app/outpost-1.1.0.exe.blockmap' });

export class HeadOffice {
  readonly repository: SignedRepository;
  readonly server: UpdateServer;
  readonly #folder: string;
  #branches = 0;

  private constructor(folder: string, repository: SignedRepository, server: UpdateServer) {
    this.#folder = folder;
    this.repository = repository;
    this.server = server;
  }

  /** With the program that runs in the branches, and nothing that they do not have. */
  static async open(folder: string): Promise<HeadOffice> {
    mkdirSync(folder);
    const repository = new SignedRepository(join(folder, 'head-office'));
    const server = await UpdateServer.start(repository.public);
    const head = new HeadOffice(folder, repository, server);
    head.#release(OLD, INSTALLER, []);
    return head;
  }

  /**
   * The bundled champion under another version, packed as head office does.
   * @param how `stored`: without compression, to stand for a larger model
   * @returns the bytes of its one file
   */
  async releaseModel(version = '1.1.0', how: 'packed' | 'stored' = 'packed'): Promise<Buffer> {
    const releases = new Releases();
    const { file: folder, offer } = releases.model('champion', { version });
    const { packed } = await packModel(folder, null, BUNDLED_DIR);
    releases.remove();
    if (packed === null) throw new Error('the model does not pass its checks');
    const archive = Buffer.from(how === 'packed' ? packed.archive : zipSync(unzipSync(packed.archive), { level: 0 }));
    const file = modelFile(version);
    const champion = [{ artefact: offer.artefact, file, rollout: TO_ALL, activateFrom: null, allowDowngrade: false }];
    this.repository
      .add(file, archive)
      .channel('models/stable.json', { format: 'outpost-models/1', products: { [PRODUCT]: { champion, challengers: [] } } })
      .publish();
    return archive;
  }

  /** The next version of the program, which differs in three places. */
  releaseProgram(): void {
    this.#release(NEXT, NEXT_INSTALLER, [OLD]);
  }

  /** Where a model lies on the server, without a slash before it. */
  fileOf(name: string): string {
    const target = currentOf(this.repository.repository, 'models').signed.targets[name];
    if (target === undefined) throw new Error(`there is no ${name}`);
    return targetFile({ name, sha256: target.hashes.sha256 });
  }

  async openBranch(dataDir: string): Promise<Branch> {
    this.#branches += 1;
    const own = join(this.#folder, `branch-${this.#branches}`);
    cpSync(dataDir, own, { recursive: true });
    return await openOffice(own);
  }

  /** As a start of the program opens them. @param url of the line to the server */
  openUpdates(folder: string, url: string | null): Updates {
    const updates = openUpdates({
      folder,
      embeddedRoot: this.repository.root(),
      history: null,
      repository: url,
      fetch: globalThis.fetch,
      clock: { now: () => Date.now() },
      buildDate: 0,
      platform: PLATFORM,
      branch: 'bench',
      tags: [],
    });
    if ('failure' in updates) throw new Error(updates.failure.happened);
    return updates;
  }

  #release(release: AppRelease, installer: Buffer, before: readonly AppRelease[]): void {
    this.repository
      .add(release.file, installer)
      .add(release.blockmap ?? '', blockMapOf(installer), { kind: 'blockmap' })
      .channel(`app/stable-${PLATFORM}.json`, appChannel(release, ...before))
      .publish();
  }
}

/** Where an attack takes place: head office, its web server, and a branch that has seen an honest repository and is offered something newer. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Refreshed } from '../../../../branch/updates/chain-cache.ts';
import type { Updates, UpdatesOptions } from '../../../../branch/updates/open-updates.ts';
import type { Failure } from '../../../../contract/failure.ts';
import { bytesOf, fileFormOf, sealed } from '../../../../headoffice/publish/envelope.ts';
import type { RoleName, SignedForm, SnapshotForm, TimestampForm } from '../../../../headoffice/publish/form.ts';
import type { SigningKey } from '../../../../headoffice/publish/signing-key.ts';
import type { SignedRepository } from '../../../support/signed-repository.ts';
import { type Answer, UpdateServer } from '../../../support/update-server.ts';
import { openedUpdates, release, type UpdateTrial } from '../../../support/updating-branch.ts';

export interface Attack {
  /** Row of the table in the design. */
  row: string;
  name: string;
  /** Cause of the failure that it meets, or what is seen in its place. */
  meets: string;
  perform(scene: Scene): Promise<Failure | null>;
  /** What an honest head office does about it, where just going on is not enough. */
  recover?(scene: Scene): void;
  /** Head office's repository is changed by it, so that it needs one of its own. */
  changesRepository?: true;
  /** The branch may have taken in what stolen keys signed, and has to come out of it. */
  isTakenIn?: true;
}

export const MODEL = 'models/scorecard/1.1.0.zip';

export class Scene {
  readonly repository: SignedRepository;
  readonly server: UpdateServer;
  readonly folder: string;
  readonly embedded: Buffer;

  readonly #seen: string;

  private constructor(repository: SignedRepository, server: UpdateServer, folder: string, seen = folder) {
    this.repository = repository;
    this.server = server;
    this.folder = folder;
    this.embedded = repository.root(1);
    this.#seen = seen;
  }

  static async make(trial: UpdateTrial, name: string): Promise<Scene> {
    const repository = release(trial.repository(name), { model: '1.0.0', policy: '1.0.0', app: '1.0.0' });
    const scene = new Scene(repository, await UpdateServer.start(repository.public), trial.branchFolder());
    const { failure } = await scene.refresh();
    if (failure !== null) throw new Error(failure.happened);
    // A stick of that day, for whoever wants to play it again.
    cpSync(repository.public, scene.oldStick, { recursive: true });
    release(repository, { model: '1.1.0', policy: '1.1.0', app: '1.1.0' });
    return scene;
  }

  /** The same once more, before anything happened: another branch that has seen the same of the same head office. */
  async again(trial: UpdateTrial): Promise<Scene> {
    const folder = trial.branchFolder();
    cpSync(this.folder, folder, { recursive: true });
    return new Scene(this.repository, await UpdateServer.start(this.repository.public), folder, this.folder);
  }

  get oldStick(): string {
    return `${this.#seen}-old-stick`;
  }

  /** As a new start of the program. */
  open(changes: Partial<UpdatesOptions> = {}): Updates {
    return openedUpdates(this.folder, this.embedded, { repository: this.server.url, ...changes });
  }

  async refresh(changes: Partial<UpdatesOptions> = {}): Promise<Refreshed> {
    return await this.open(changes).refresh();
  }

  /** Why a refresh took in nothing at all. */
  async refused(changes: Partial<UpdatesOptions> = {}): Promise<Failure | null> {
    return (await this.refresh(changes)).failure;
  }

  /** Why the new model does not come, from a repository whose metadata are honest. */
  async refusedDownload(changes: Partial<UpdatesOptions> = {}, name = MODEL): Promise<Failure | null> {
    const updates = this.open(changes);
    const { failure } = await updates.refresh();
    if (failure !== null) return failure;
    const got = await updates.download({ target: name });
    return 'failure' in got ? got.failure : null;
  }

  /** Answers in the place of paths that match. */
  attack(path: RegExp, answer: (...given: Parameters<Answer>) => void): void {
    this.server.attack = (asked, request, response) => {
      if (!path.test(asked)) return false;
      answer(asked, request, response);
      return true;
    };
  }

  serve(path: RegExp, bytes: Buffer | string): void {
    this.attack(path, (_path, _request, response) => response.end(bytes));
  }

  signed<S extends SignedForm>(role: RoleName): S {
    const envelope = this.repository.repository.published.get(role);
    if (envelope === undefined) throw new Error(`no ${role}`);
    return structuredClone(envelope.signed) as S;
  }

  /** Snapshot and timestamp of somebody who stole both keys, over whatever else is given out. */
  forgeSnapshot(edit: (meta: SnapshotForm['meta']) => void, version = 1000, keys = this.repository.keys): Map<string, Buffer> {
    const snapshot = { ...this.signed<SnapshotForm>('snapshot'), version };
    edit(snapshot.meta);
    const sealedSnapshot = sealed(snapshot, keys.snapshot);
    const timestamp: TimestampForm = {
      ...this.signed<TimestampForm>('timestamp'),
      version,
      meta: { 'snapshot.json': fileFormOf(sealedSnapshot) },
    };
    return new Map([
      [`/metadata/${version}.snapshot.json`, bytesOf(sealedSnapshot)],
      ['/metadata/timestamp.json', bytesOf(sealed(timestamp, keys.timestamp))],
    ]);
  }

  serveAll(files: ReadonlyMap<string, Buffer>): void {
    this.server.attack = (path, _request, response) => {
      const bytes = files.get(path);
      if (bytes === undefined) return false;
      response.end(bytes);
      return true;
    };
  }
}

/** Changes one letter of a value, so that only the signature or the digest tells. */
export function tampered(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8').replace(/"expires": ?"20(\d)/, (all) => all.replace('"20', '"21')));
}

export function forged(signed: SignedForm, keys: readonly SigningKey[]): Buffer {
  return bytesOf(sealed(signed, keys));
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'outpost-tmp-'));
}

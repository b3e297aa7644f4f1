/** What tests of updates need: a signed repository with a model, a policy and a program in it, and branches that look at it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Updates, UpdatesOptions } from '../../branch/updates/open-updates.ts';
import { openUpdates } from '../../branch/updates/open-updates.ts';
import type { Rollout } from '../../contract/channel.ts';
import { Failed } from '../../contract/failure.ts';
import { SignedRepository } from './signed-repository.ts';

export const NOW = Date.parse('2026-12-01T12:00:00.000Z');
export const DAY_MS = 86_400_000;
export const PLATFORM = 'linux-x64';
export const TO_ALL: Rollout = { state: 'rolling', percentage: 100, branches: [], tags: [] };

/** Digest of the made-up model of a version. */
export const modelDigest = (version: string): string => sha256(`manifest ${version}`);
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Fast enough for tests, slow enough for a busy machine. Every try counts. */
export const LINE = {
  idleMs: 400,
  minBytesPerSecond: 2000,
  speedWindowMs: 600,
  metadataMs: 1500,
  attempts: 1,
  progressBytes: Number.POSITIVE_INFINITY,
};

export class UpdateTrial {
  readonly root = mkdtempSync(join(tmpdir(), 'outpost-updates-'));
  #branches = 0;

  repository(name = 'head-office', days: ConstructorParameters<typeof SignedRepository>[1] = {}): SignedRepository {
    return new SignedRepository(join(this.root, name), { now: NOW, ...days });
  }

  /** A new branch's folder. */
  branchFolder(): string {
    this.#branches += 1;
    return join(this.root, `branch-${this.#branches}`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface Versions {
  model?: string;
  policy?: string;
  app?: string;
}

export const MODEL_BYTES = randomBytes(300_000);

/** Releases these versions to every branch, each alone in its channel. */
export function release(repository: SignedRepository, { model, policy, app }: Versions, bytes: Buffer = MODEL_BYTES): SignedRepository {
  const common = { rollout: TO_ALL, activateFrom: null, allowDowngrade: false };
  if (model !== undefined) {
    const file = `models/scorecard/${model}.zip`;
    const artefact = { name: 'scorecard', version: model, sha256: modelDigest(model) };
    repository.add(file, bytes);
    repository.channel('models/stable.json', {
      format: 'outpost-models/1',
      products: { 'instalment-loan': { champion: [{ ...common, artefact, file }], challengers: [] } },
    });
  }
  if (policy !== undefined) {
    const file = `policy/instalment-loan-${policy}.json`;
    const content = `{"policy":"${policy}"}`;
    const artefact = { name: 'credit-policy', version: policy, sha256: sha256(content) };
    repository.add(file, content);
    repository.channel('policy/stable.json', {
      format: 'outpost-policies/1',
      products: { 'instalment-loan': [{ ...common, artefact, file }] },
    });
  }
  if (app !== undefined) {
    const file = `app/outpost-${app}.appimage`;
    repository.add(file, randomBytes(50_000));
    const more = { blockmap: null, blockMapSize: null, releasedOn: '2026-11-30', notes: { en: 'Better' }, earliestVersion: null };
    repository.channel(`app/stable-${PLATFORM}.json`, {
      format: 'outpost-app/1',
      releases: [{ ...common, ...more, version: app, file }],
    });
  }
  return repository.publish();
}

/** The branch as a start of the program opens it; open it again for the next. */
export function openedUpdates(folder: string, embeddedRoot: Buffer, changes: Partial<UpdatesOptions> = {}): Updates {
  const updates = openUpdates({
    folder,
    embeddedRoot,
    history: null,
    repository: null,
    fetch: globalThis.fetch,
    clock: { now: () => NOW },
    buildDate: 0,
    platform: PLATFORM,
    branch: 'branch-7',
    tags: [],
    limits: LINE,
    ...changes,
  });
  if ('failure' in updates) throw new Failed(updates.failure);
  return updates;
}

/** Every file below, with its size. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(folder.length + 1)} ${statSync(path).size}`)
    .sort();
}

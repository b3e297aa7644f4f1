/**
 * Signed repositories for tests: every key in memory, the clock and every expiry at hand. What it gives out is `public`, as a web server or a stick
 * would; whoever attacks it changes files there, or signs with `keys` what head office never would (`sealed` of headoffice/publish/envelope.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppChannel, ModelChannel, PolicyChannel } from '../../contract/channel.ts';
import { createRepository } from '../../headoffice/publish/create-repository.ts';
import { DAYS, ROLES, type RoleName, type StageableName, THRESHOLDS } from '../../headoffice/publish/form.ts';
import { publicFolder } from '../../headoffice/publish/places.ts';
import { publish } from '../../headoffice/publish/publish.ts';
import { currentOf, type Moment, type Repository, stage } from '../../headoffice/publish/repository.ts';
import { rotate } from '../../headoffice/publish/rotate.ts';
import { signRole } from '../../headoffice/publish/sign-role.ts';
import { generateKey, type SigningKey } from '../../headoffice/publish/signing-key.ts';
import type { TargetRecord } from '../../headoffice/publish/target-record.ts';
import { addTarget, putChannel, removeTarget, roleOfTarget } from '../../headoffice/publish/targets.ts';

interface Options {
  /** Milliseconds since 1970; without it the real clock. Change `clock.now` later to let time pass. */
  now?: number;
  /** Days until a role expires, where they differ from the real ones. */
  days?: Partial<Record<RoleName, number>>;
}

export class SignedRepository {
  readonly folder: string;
  readonly repository: Repository;
  /** All keys of each role, root's three officers among them. After `rotate` the new ones; it gives back the old. */
  readonly keys: Record<RoleName, SigningKey[]>;
  readonly days: Record<RoleName, number>;
  now: number | null;

  /** Set up, signed and published, with no targets. */
  constructor(folder: string, { now, days }: Options = {}) {
    this.folder = folder;
    this.now = now ?? null;
    this.days = { ...DAYS, ...days };
    this.keys = Object.fromEntries(ROLES.map((role) => [role, newKeys(role)])) as Record<RoleName, SigningKey[]>;
    this.repository = createRepository(folder, Object.values(this.keys).flat(), this.moment);
    this.publish();
  }

  get moment(): Moment {
    return { now: this.now ?? Date.now(), days: this.days };
  }

  /** `metadata/` and `targets/`. */
  get public(): string {
    return publicFolder(this.folder);
  }

  /** The root that an app would ship with. */
  root(version = 1): Buffer {
    return readFileSync(join(this.public, `metadata/${version}.root.json`));
  }

  /** @param record what the target is; without it `channel` fills it in from the release that names the target */
  add(name: string, bytes: Buffer | string, record?: TargetRecord): this {
    addTarget(this.repository, name, Buffer.from(bytes), this.moment, record);
    return this;
  }

  remove(name: string): this {
    removeTarget(this.repository, name, this.moment);
    return this;
  }

  channel(name: string, channel: ModelChannel | PolicyChannel | AppChannel): this {
    for (const [file, record] of recordsOf(channel)) this.#describe(file, record);
    putChannel(this.repository, name, channel, this.moment);
    return this;
  }

  /** The next version of a role without a change. */
  renew(role: StageableName): this {
    stage(this.repository, role, this.moment);
    return this;
  }

  /** Stages new keys for a role; `publish` signs with them, and for root with the old ones too. @returns the old ones, revoked */
  rotate(role: RoleName): SigningKey[] {
    const old = this.keys[role];
    this.keys[role] = newKeys(role);
    rotate(this.repository, role, this.keys[role], this.moment);
    if (role === 'root') this.#before = old;
    return old;
  }

  /** Signs whatever is staged with as many keys as needed, and publishes it behind a new snapshot and timestamp. */
  publish(): this {
    for (const role of this.repository.staged.keys()) {
      const enough = this.keys[role].slice(0, THRESHOLDS[role]);
      const signers = role === 'root' ? [...enough, ...this.#before.slice(0, THRESHOLDS.root)] : enough;
      for (const key of signers) signRole(this.repository, role, key, this.moment.now);
    }
    this.#before = [];
    publish(this.repository, this.keys, this.moment);
    return this;
  }

  #before: SigningKey[] = [];

  #describe(file: string, record: TargetRecord): void {
    const role = roleOfTarget(file);
    const target = currentOf(this.repository, role).signed.targets[file];
    if (target === undefined || target.custom !== undefined) return;
    stage(this.repository, role, this.moment, (signed) => ({
      ...signed,
      targets: { ...signed.targets, [file]: { ...target, custom: record } },
    }));
  }
}

/** What a channel says that its targets are. */
function recordsOf(channel: ModelChannel | PolicyChannel | AppChannel): [string, TargetRecord][] {
  if (channel.format === 'outpost-app/1') return channel.releases.map(({ file, version }) => [file, { kind: 'app', version }]);
  return Object.entries(channel.products).flatMap(([product, place]) => {
    const kind = Array.isArray(place) ? 'policy' : 'model';
    const releases = Array.isArray(place) ? place : [...place.champion, ...place.challengers];
    return releases.map(({ file, artefact }): [string, TargetRecord] => [file, { kind, product, artefact }]);
  });
}

function newKeys(role: RoleName): SigningKey[] {
  return Array.from({ length: role === 'root' ? 3 : THRESHOLDS[role] }, () => generateKey(role));
}

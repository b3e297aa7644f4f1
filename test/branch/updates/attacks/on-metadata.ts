/** Attacks on metadata by whoever stands on the way, and by thieves of keys. */
import { bytesOf, fileFormOf, sealed } from '../../../../headoffice/publish/envelope.ts';
import type { RootForm, TargetsForm, TimestampForm } from '../../../../headoffice/publish/form.ts';
import { generateKey } from '../../../../headoffice/publish/signing-key.ts';
import { DAY_MS, NOW, openedUpdates } from '../../../support/updating-branch.ts';
import { type Attack, forged, type Scene, tampered } from './scene.ts';

const ROOT = 'root or timestamp tampered; root signed 1 of 3; revoked keys';
const MIX = 'snapshot or delegated role tampered; mix-and-match';
const OLD = 'older timestamp, old USB stick';
const STOLEN = 'stolen timestamp + snapshot keys';

const nextRoot = (scene: Scene): RootForm => ({ ...scene.signed<RootForm>('root'), version: 2 });

export const onMetadata: Attack[] = [
  {
    row: ROOT,
    name: 'root tampered',
    meets: 'signatures',
    changesRepository: true,
    async perform(scene) {
      scene.repository.rotate('timestamp');
      scene.repository.publish();
      scene.serve(/\/2\.root\.json$/, tampered(scene.server.file('metadata/2.root.json')));
      return await scene.refused();
    },
  },
  {
    row: ROOT,
    name: 'root signed 1 of 3',
    meets: 'signatures',
    async perform(scene) {
      scene.serve(/\/2\.root\.json$/, forged(nextRoot(scene), scene.repository.keys.root.slice(0, 1)));
      return await scene.refused();
    },
  },
  {
    row: ROOT,
    name: 'root with the thief as its keys, signed by them alone',
    meets: 'signatures',
    async perform(scene) {
      const thief = [generateKey('root'), generateKey('root')];
      const root = nextRoot(scene);
      const keys = Object.fromEntries(thief.map(({ id, form }) => [id, form]));
      const roles = { ...root.roles, root: { threshold: 2, keyids: thief.map(({ id }) => id) } };
      scene.serve(/\/2\.root\.json$/, forged({ ...root, roles, keys: { ...root.keys, ...keys } }, thief));
      return await scene.refused();
    },
  },
  {
    row: ROOT,
    name: 'timestamp tampered',
    meets: 'signatures',
    async perform(scene) {
      scene.serve(/timestamp/, tampered(scene.server.file('metadata/timestamp.json')));
      return await scene.refused();
    },
  },
  {
    row: ROOT,
    name: 'timestamp signed with a revoked key',
    meets: 'signatures',
    changesRepository: true,
    async perform(scene) {
      const old = scene.repository.rotate('timestamp');
      scene.repository.publish();
      scene.serve(/timestamp/, forged({ ...scene.signed<TimestampForm>('timestamp'), version: 900 }, old));
      return await scene.refused();
    },
  },
  {
    row: ROOT,
    name: 'revoked keys again, after the new root was seen and its rest withheld',
    meets: 'signatures',
    changesRepository: true,
    async perform(scene) {
      const old = scene.repository.rotate('timestamp');
      scene.repository.publish();
      const stale = forged({ ...scene.signed<TimestampForm>('timestamp'), version: 900 }, old);
      // First only the new root comes through; then a world in which it never was.
      scene.attack(/timestamp/, (_path, _request, response) => response.writeHead(503).end());
      await scene.refused();
      scene.server.attack = (path, _request, response) => {
        if (path.endsWith('2.root.json')) response.writeHead(404).end();
        else if (path.endsWith('timestamp.json')) response.end(stale);
        else return false;
        return true;
      };
      return await scene.refused();
    },
  },
  {
    row: MIX,
    name: 'snapshot tampered',
    meets: 'hash',
    async perform(scene) {
      const { version } = scene.signed('snapshot');
      scene.serve(/snapshot/, tampered(scene.server.file(`metadata/${version}.snapshot.json`)));
      return await scene.refused();
    },
  },
  {
    row: MIX,
    name: 'delegated role tampered',
    meets: 'hash',
    async perform(scene) {
      const { version } = scene.signed('models');
      scene.serve(/\.models\.json$/, tampered(scene.server.file(`metadata/${version}.models.json`)));
      return (await scene.refresh()).channels.models ?? null;
    },
  },
  {
    row: MIX,
    name: 'older role under a newer snapshot',
    meets: 'hash',
    async perform(scene) {
      const { version } = scene.signed('policy');
      scene.serve(/\.policy\.json$/, scene.server.file(`metadata/${version - 1}.policy.json`));
      return (await scene.refresh()).channels.policy ?? null;
    },
  },
  {
    row: MIX,
    name: 'older snapshot under a newer timestamp',
    meets: 'hash',
    async perform(scene) {
      const { version } = scene.signed('snapshot');
      scene.serve(/snapshot/, scene.server.file(`metadata/${version - 1}.snapshot.json`));
      return await scene.refused();
    },
  },
  {
    row: MIX,
    name: 'stolen online keys name a version that its role never had',
    meets: 'version',
    async perform(scene) {
      const models = scene.server.file(`metadata/${scene.signed('models').version}.models.json`);
      // Without length and hash, which TUF leaves to the repository, the version is all that is left to compare.
      const files = scene.forgeSnapshot((meta) => Object.assign(meta, { 'models.json': { version: 77 } }));
      scene.serveAll(files.set('/metadata/77.models.json', models));
      return (await scene.refresh()).channels.models ?? null;
    },
    isTakenIn: true,
    recover: rotateOnlineKeys,
  },
  {
    row: OLD,
    name: 'older timestamp',
    meets: 'rollback',
    async perform(scene) {
      await scene.refresh();
      scene.server.folder = scene.oldStick;
      return await scene.refused();
    },
  },
  {
    row: OLD,
    name: 'old USB stick',
    meets: 'rollback',
    async perform(scene) {
      await scene.refresh();
      return await scene.refused({ repository: scene.oldStick });
    },
  },
  {
    row: OLD,
    name: 'old stick at a new branch, which knows what the program came with',
    meets: 'rollback',
    async perform(scene) {
      const history = {
        timestamp: scene.server.file('metadata/timestamp.json'),
        snapshot: scene.server.file(`metadata/${scene.signed('snapshot').version}.snapshot.json`),
      };
      const updates = openedUpdates(`${scene.folder}-new`, scene.embedded, { repository: scene.oldStick, history });
      return (await updates.refresh()).failure;
    },
  },
  {
    row: STOLEN,
    name: 'forged targets',
    meets: 'signatures',
    async perform(scene) {
      const thief = generateKey('targets');
      const targets = { ...scene.signed<TargetsForm>('targets'), version: 50 };
      const envelope = sealed(targets, [thief]);
      const files = scene.forgeSnapshot((meta) => Object.assign(meta, { 'targets.json': fileFormOf(envelope) }));
      scene.serveAll(files.set('/metadata/50.targets.json', bytesOf(envelope)));
      return await scene.refused();
    },
  },
  {
    row: STOLEN,
    name: 'endless metadata: a snapshot that says of a role that it has a terabyte',
    meets: 'too-long',
    async perform(scene) {
      const files = scene.forgeSnapshot((meta) => Object.assign(meta, { 'targets.json': { version: 50, length: 1e12 } }));
      scene.serveAll(files);
      const { attack } = scene.server;
      scene.server.attack = (path, request, response) => {
        if (!path.endsWith('50.targets.json')) return attack?.(path, request, response) ?? false;
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
        };
        response.on('drain', pour);
        pour();
        return true;
      };
      return await scene.refused();
    },
  },
  {
    row: STOLEN,
    name: 'fast-forward: versions so high that nothing honest is newer',
    meets: 'rollback',
    async perform(scene) {
      scene.serveAll(scene.forgeSnapshot(() => {}, Number.MAX_SAFE_INTEGER - 1));
      await scene.refresh();
      scene.server.attack = null;
      return await scene.refused();
    },
    isTakenIn: true,
    recover: rotateOnlineKeys,
  },
  {
    row: STOLEN,
    name: 'a signing time far ahead (x_issued), to lock branches out',
    meets: 'expired',
    async perform(scene) {
      const far = new Date(NOW + 20_000 * DAY_MS).toISOString();
      const timestamp = { ...scene.signed<TimestampForm>('timestamp'), version: 900, x_issued: far, expires: '2099-01-01T00:00:00Z' };
      scene.serve(/timestamp/, forged(timestamp, scene.repository.keys.timestamp));
      return await scene.refused();
    },
  },
];

/** TUF 5.3.11: what the old keys signed is forgotten with them. */
function rotateOnlineKeys(scene: Scene): void {
  scene.repository.rotate('timestamp');
  scene.repository.rotate('snapshot');
  scene.repository.publish();
}

/** Attacks on the files themselves, on who signs what, and on what may replace what. */
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkInstaller } from '../../../../branch/updates/app-offer.ts';
import { updateFailure } from '../../../../branch/updates/update-failures.ts';
import { bytesOf, fileFormOf, sealed } from '../../../../headoffice/publish/envelope.ts';
import type { TargetsForm } from '../../../../headoffice/publish/form.ts';
import { type Attack, MODEL, type Scene } from './scene.ts';

const TARGET = 'target tampered, truncated, too long, endless';
const FILE = /\/targets\/models\/scorecard\//;

const modelFile = (scene: Scene): Buffer => scene.server.file(`targets/models/scorecard/${sha256Of(scene)}.1.1.0.zip`);
const sha256Of = (scene: Scene): string => scene.signed<TargetsForm>('models').targets[MODEL]?.hashes.sha256 ?? '';

export const onTargets: Attack[] = [
  {
    row: TARGET,
    name: 'target tampered',
    meets: 'hash',
    async perform(scene) {
      const bytes = Buffer.from(modelFile(scene));
      bytes[5000] = (bytes[5000] ?? 0) ^ 1;
      scene.serve(FILE, bytes);
      return await scene.refusedDownload();
    },
  },
  {
    row: TARGET,
    name: 'target truncated',
    meets: 'too-short',
    async perform(scene) {
      const bytes = modelFile(scene).subarray(0, 70_000);
      scene.attack(FILE, (_path, _request, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes));
      return await scene.refusedDownload();
    },
  },
  {
    row: TARGET,
    name: 'target too long',
    meets: 'too-long',
    async perform(scene) {
      const bytes = Buffer.concat([modelFile(scene), Buffer.alloc(10)]);
      scene.attack(FILE, (_path, _request, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes));
      return await scene.refusedDownload();
    },
  },
  {
    row: TARGET,
    name: 'target endless',
    meets: 'too-long',
    async perform(scene) {
      scene.attack(FILE, (_path, _request, response) => {
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', pour);
        pour();
      });
      return await scene.refusedDownload();
    },
  },
  {
    row: TARGET,
    name: 'part file poisoned before it is resumed',
    meets: 'fetched anew, and right',
    async perform(scene) {
      scene.attack(FILE, (_path, _request, response) => {
        response.writeHead(200, { 'content-length': modelFile(scene).length });
        response.write(modelFile(scene).subarray(0, 150_000), () => setTimeout(() => response.destroy(), 30));
      });
      const broken = await scene.refusedDownload();
      if (broken?.facts.cause !== 'interrupted') return broken;
      const parts = join(scene.folder, 'parts');
      const part = join(parts, readdirSync(parts)[0] ?? '');
      const bytes = readFileSync(part);
      bytes[7] = (bytes[7] ?? 0) ^ 1;
      writeFileSync(part, bytes);
      scene.server.attack = null;
      return await scene.refusedDownload();
    },
  },
  {
    row: 'policy key signing a model',
    name: 'policy keys sign a model into their own role',
    meets: 'not-found',
    async perform(scene) {
      const policy = scene.signed<TargetsForm>('policy');
      const evil = 'models/scorecard/9.9.9.zip';
      const target = scene.signed<TargetsForm>('models').targets[MODEL];
      if (target === undefined) throw new Error('no model');
      const forged = sealed(
        { ...policy, version: policy.version + 1, targets: { ...policy.targets, [evil]: target } },
        scene.repository.keys.policy,
      );
      const files = scene.forgeSnapshot((meta) => Object.assign(meta, { 'policy.json': fileFormOf(forged) }), 30);
      scene.serveAll(files.set(`/metadata/${policy.version + 1}.policy.json`, bytesOf(forged)));
      return await scene.refusedDownload({}, evil);
    },
    isTakenIn: true,
    recover(scene) {
      // Honest roles go on from where the thieves' stand: higher versions, under new online keys.
      scene.repository.rotate('timestamp');
      scene.repository.rotate('snapshot');
      scene.repository.rotate('policy');
      scene.repository.publish();
    },
  },
  {
    row: 'beyond the table',
    name: 'a channel that its own role signed and that is malformed',
    meets: 'malformed',
    async perform(scene) {
      const models = scene.signed<TargetsForm>('models');
      const junk = Buffer.from('{"format":"outpost-models/1","products":{"Instalment Loan":[]}}');
      const digest = (algorithm: string) => createHash(algorithm).update(junk).digest('hex');
      const hashes = { sha256: digest('sha256'), sha512: digest('sha512') };
      const targets = { ...models.targets, 'models/stable.json': { length: junk.length, hashes } };
      const forged = sealed({ ...models, version: models.version + 1, targets }, scene.repository.keys.models);
      const files = scene.forgeSnapshot((meta) => Object.assign(meta, { 'models.json': fileFormOf(forged) }), 30);
      files.set(`/metadata/${models.version + 1}.models.json`, bytesOf(forged));
      scene.serveAll(files.set(`/targets/models/${hashes.sha256}.stable.json`, junk));
      const updates = scene.open();
      const { failure } = await updates.refresh();
      const { offers, refusals } = await updates.offers([]);
      // The policies' channel is none the worse for it.
      return offers.some(({ kind }) => kind === 'policy') ? (refusals[0]?.failure ?? null) : failure;
    },
    isTakenIn: true,
    recover(scene) {
      for (const role of ['timestamp', 'snapshot', 'models'] as const) scene.repository.rotate(role);
      scene.repository.publish();
    },
  },
  {
    row: 'downgrade',
    name: 'a lower version without permission',
    meets: 'downgrade',
    async perform(scene) {
      const updates = scene.open();
      await updates.refresh();
      const held = {
        product: 'instalment-loan',
        alias: 'champion' as const,
        artefact: { name: 'scorecard', version: '2.0.0', sha256: 'f'.repeat(64) },
      };
      const { offers, refusals } = await updates.offers([held]);
      if (offers.some(({ kind }) => kind === 'model')) return null;
      return refusals[0]?.failure ?? null;
    },
  },
  {
    row: 'downgrade',
    name: 'a lower version of the program without permission',
    meets: 'downgrade',
    async perform(scene) {
      const updates = scene.open();
      await updates.refresh();
      const app = await updates.app('3.0.0');
      return app !== null && 'failure' in app ? app.failure : null;
    },
  },
  ...(['swapped', 'cut off', 'made longer'] as const).map(
    (what): Attack => ({
      row: 'installer swapped after download',
      name: `installer ${what} after download`,
      meets: 'hash',
      async perform(scene) {
        const updates = scene.open();
        await updates.refresh();
        const app = await updates.app('0.1.0');
        if (app === null || 'failure' in app) return app?.failure ?? null;
        const got = await updates.download(app);
        if ('failure' in got) return got.failure;
        if ((await checkInstaller(got.file, app)) !== null) return updateFailure('malformed', 'the honest installer was refused');
        if (what === 'swapped') writeFileSync(got.file, Buffer.alloc(app.bytes, 7));
        else if (what === 'cut off') truncateSync(got.file, 100);
        else appendFileSync(got.file, 'x');
        return await checkInstaller(got.file, app);
      },
    }),
  ),
];

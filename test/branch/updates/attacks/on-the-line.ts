/** Lines that stall, trickle, freeze or belong to somebody else; sticks; clocks. */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateFailure } from '../../../../branch/updates/update-failures.ts';
import type { TargetsForm, TimestampForm } from '../../../../headoffice/publish/form.ts';
import { DAY_MS, NOW } from '../../../support/updating-branch.ts';
import { type Attack, forged, MODEL, type Scene } from './scene.ts';

const LINE = 'slow or stalled download; captive portal; half-copied stick';
const CLOCK = 'clock behind or ahead';
const FILE = /\/targets\/models\/scorecard\//;
const PAGE = '<!doctype html><title>Guest network</title><p>Please sign in.';

const at = (days: number) => ({ clock: { now: () => NOW + days * DAY_MS } });

function stick(scene: Scene, edit: (folder: string) => void): string {
  const folder = `${scene.folder}-stick`;
  cpSync(scene.repository.public, folder, { recursive: true });
  edit(folder);
  return folder;
}

const modelOn = (folder: string, scene: Scene): string =>
  join(folder, 'targets/models/scorecard', `${scene.signed<TargetsForm>('models').targets[MODEL]?.hashes.sha256}.1.1.0.zip`);

export const onTheLine: Attack[] = [
  {
    row: LINE,
    name: 'metadata stalls before its first byte',
    meets: 'stalled',
    async perform(scene) {
      scene.attack(/timestamp/, () => {});
      return await scene.refused();
    },
  },
  {
    row: LINE,
    name: 'metadata trickles, a byte at a time',
    meets: 'slow',
    async perform(scene) {
      trickle(scene, /timestamp/);
      return await scene.refused();
    },
  },
  {
    row: LINE,
    name: 'download stalls half-way',
    meets: 'stalled',
    async perform(scene) {
      scene.attack(FILE, (_path, _request, response) => response.writeHead(200).write(Buffer.alloc(100_000)));
      return await scene.refusedDownload();
    },
  },
  {
    row: LINE,
    name: 'download trickles, a byte at a time',
    meets: 'slow',
    async perform(scene) {
      trickle(scene, FILE);
      return await scene.refusedDownload();
    },
  },
  {
    row: LINE,
    name: 'captive portal: a page with 200 for everything',
    meets: 'portal',
    async perform(scene) {
      scene.attack(/./, (_path, _request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE));
      return await scene.refused();
    },
  },
  {
    row: LINE,
    name: 'captive portal that says nothing of the kind of its page',
    meets: 'portal',
    async perform(scene) {
      scene.serve(/timestamp/, PAGE);
      return await scene.refused();
    },
  },
  {
    row: LINE,
    name: 'captive portal that comes up between metadata and download',
    meets: 'portal',
    async perform(scene) {
      scene.attack(FILE, (_path, _request, response) => response.writeHead(302, { location: '/login' }).end());
      const { attack } = scene.server;
      scene.server.attack = (path, request, response) => {
        if (path !== '/login') return attack?.(path, request, response) ?? false;
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
        return true;
      };
      return await scene.refusedDownload();
    },
  },
  {
    row: LINE,
    name: 'half-copied stick: metadata missing',
    meets: 'missing',
    perform: async (scene) =>
      await scene.refused({ repository: stick(scene, (folder) => rmSync(join(folder, 'metadata/timestamp.json'))) }),
  },
  {
    row: LINE,
    name: 'half-copied stick: snapshot cut off',
    meets: 'hash',
    perform: async (scene) =>
      await scene.refused({
        repository: stick(scene, (folder) => truncateSync(join(folder, `metadata/${scene.signed('snapshot').version}.snapshot.json`), 200)),
      }),
  },
  {
    row: LINE,
    name: 'half-copied stick: target cut off',
    meets: 'too-short',
    perform: async (scene) =>
      await scene.refusedDownload({ repository: stick(scene, (folder) => truncateSync(modelOn(folder, scene), 9000)) }),
  },
  {
    row: LINE,
    name: 'stick edited: other bytes in the target',
    meets: 'hash',
    perform: async (scene) =>
      await scene.refusedDownload({ repository: stick(scene, (folder) => writeFileSync(modelOn(folder, scene), Buffer.alloc(300_000))) }),
  },
  {
    row: LINE,
    name: 'stick with a link in the place of a file',
    meets: 'not-a-file',
    perform: async (scene) =>
      await scene.refusedDownload({
        repository: stick(scene, (folder) => {
          const file = modelOn(folder, scene);
          renameSync(file, `${folder}-elsewhere`);
          symlinkSync(`${folder}-elsewhere`, file);
        }),
      }),
  },
  {
    row: LINE,
    name: 'stick with a link in the place of a folder',
    meets: 'not-a-file',
    perform: async (scene) =>
      await scene.refused({
        repository: stick(scene, (folder) => {
          renameSync(join(folder, 'metadata'), `${folder}-elsewhere`);
          symlinkSync(`${folder}-elsewhere`, join(folder, 'metadata'));
        }),
      }),
  },
  {
    row: LINE,
    name: 'stick with a folder in the place of a file',
    meets: 'not-a-file',
    perform: async (scene) =>
      await scene.refused({
        repository: stick(scene, (folder) => {
          rmSync(join(folder, 'metadata/timestamp.json'));
          mkdirSync(join(folder, 'metadata/timestamp.json'));
        }),
      }),
  },
  {
    row: 'freeze',
    name: 'the same repository for 50 days',
    meets: 'shown as stale, still in use',
    async perform(scene) {
      await scene.refresh();
      const updates = scene.open(at(50));
      const { failure } = await updates.refresh();
      const { isStale, isExpired } = updates.chain();
      return isStale && !isExpired ? failure : updateFailure('malformed', `stale ${isStale}, expired ${isExpired}`);
    },
  },
  {
    row: 'freeze',
    name: 'the same repository for 61 days',
    meets: 'expired',
    async perform(scene) {
      await scene.refresh();
      const updates = scene.open(at(61));
      const { failure } = await updates.refresh();
      const { offers, refusals } = await updates.offers([]);
      return offers.length === 0 && refusals.length > 0 && updates.chain().isExpired ? failure : null;
    },
  },
  {
    row: CLOCK,
    name: 'clock ten years ahead: refused, and forgotten once it is right',
    meets: 'expired',
    perform: async (scene) => await scene.refused(at(3650)),
  },
  {
    row: CLOCK,
    name: 'clock six years behind makes expired metadata no younger than the build',
    meets: 'expired',
    perform: async (scene) => await scene.refused({ ...at(-2190), buildDate: NOW + 61 * DAY_MS }),
  },
  {
    row: CLOCK,
    name: 'clock six years behind makes a role that expired no younger than the last timestamp',
    meets: 'expired',
    async perform(scene) {
      const later = (days: number) => new Date(NOW + days * DAY_MS).toISOString().replace('.000Z', 'Z');
      const timestamp = { ...scene.signed<TimestampForm>('timestamp'), version: 20, x_issued: later(61), expires: later(120) };
      // The snapshot's 60 days are over by the timestamp's own word, whatever this PC's clock says.
      scene.serve(/timestamp/, forged(timestamp, scene.repository.keys.timestamp));
      return await scene.refused(at(-2190));
    },
  },
  {
    row: CLOCK,
    name: 'clock six years behind, nothing expired',
    meets: 'accepted',
    perform: async (scene) => await scene.refused(at(-2190)),
  },
];

function trickle(scene: Scene, path: RegExp): void {
  scene.attack(path, (_path, _request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 40);
    response.on('close', () => clearInterval(timer));
  });
}

export function leftovers(folder: string): string[] {
  return readdirSync(folder).filter((name) => !['chain', 'parts', 'verified'].includes(name));
}

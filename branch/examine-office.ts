/** What a person from IT looks at first: is everything here, sound, in time, and is there room. Changes nothing. */
import type { Failure } from '../contract/failure.ts';
import type { LogEntry } from '../contract/log-entry.ts';
import { findDamage } from '../db/check-pages.ts';
import { getEntry, getLogState } from '../db/log-entries.ts';
import { sqliteVersion } from '../db/sqlite-version.ts';
import { listProducts } from './active-artefacts.ts';
import { listModels } from './list-models.ts';
import { DISK_RESERVE_BYTES, diskSpace } from './log/disk-reserve.ts';
import type { OpenFolder } from './open-branch.ts';
import { todayOf } from './today.ts';
import { codeVersions } from './versions.ts';

export interface Examined {
  name: string;
  /** `watch`: works, and somebody should know; `wrong`: something must be done. */
  state: 'well' | 'watch' | 'wrong';
  detail: string;
}

/** Days before an expiry from which it is worth saying. */
const SOON_DAYS = 30;
const MINUTE_MS = 60_000;

export function examineVersions(): Examined[] {
  const { outpost, node, onnxruntime, platform } = codeVersions;
  return [{ name: 'versions', state: 'well', detail: `outpost ${outpost}, node ${node}, onnxruntime ${onnxruntime}, ${platform}` }];
}

/** A folder that cannot be opened, in the same form. */
export function examineFailure({ happened, next }: Failure): Examined {
  return { name: 'data folder', state: 'wrong', detail: `${happened} ${next}` };
}

export async function examineOffice(folder: OpenFolder, now: number): Promise<Examined[]> {
  const { db, store } = folder;
  return [
    ...examineVersions(),
    { name: 'sqlite', state: 'well', detail: sqliteVersion(db) },
    examineDatabase(folder),
    examineDisk(folder.dataDir),
    examineKey(folder.keyProtection),
    ...(await examineProducts(folder, now)),
    ...(await listModels(db, store)).map(
      ({ product, alias, name, version, sha256, expiresOn }): Examined => ({
        name: `${product} ${alias}`,
        state: expiresOn === null ? 'wrong' : 'well',
        detail: `${name} ${version}, ${expiresOn === null ? 'the package on disk is damaged or gone' : `files as activated, digest ${sha256.slice(0, 16)}`}`,
      }),
    ),
    examineClock(folder, now),
  ];
}

function examineDatabase({ db }: OpenFolder): Examined {
  const { size } = getLogState(db);
  const damage = findDamage(db);
  const found = damage.map(({ table, message }) => `${table}: ${message}`).slice(0, 3);
  if (found.length > 0) return { name: 'database', state: 'wrong', detail: `damaged: ${found.join('; ')}` };
  return {
    name: 'database',
    state: 'well',
    detail: `${size} entries, tables and indexes agree; \`outpost log verify\` looks at every entry`,
  };
}

function examineDisk(dataDir: string): Examined {
  const { freeBytes, low } = diskSpace(dataDir);
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
  const reserve = mebibytes(DISK_RESERVE_BYTES);
  const detail = `${mebibytes(freeBytes)} free; below ${reserve} nothing is decided`;
  const state = low ? 'wrong' : freeBytes < 8 * DISK_RESERVE_BYTES ? 'watch' : 'well';
  return { name: 'disk', state, detail };
}

function examineKey(wrap: OpenFolder['keyProtection']): Examined {
  const details = {
    none: 'the database key lies open in key.json: whoever has this folder can read all of it. A passphrase is set at the first use (OUTPOST_PASSPHRASE_FILE).',
    passphrase: 'the database key is wrapped under a passphrase (argon2id); whoever loses the passphrase loses the data',
    'safe-storage':
      "the database key is wrapped by this account's key store: it protects a stolen disk, not against other programs of this account",
  };
  return { name: 'key', state: wrap === 'none' ? 'watch' : 'well', detail: details[wrap] };
}

async function examineProducts({ db, store }: OpenFolder, now: number): Promise<Examined[]> {
  const products = await listProducts(db, store, todayOf({ now: () => now }));
  if (products.length === 0) return [{ name: 'products', state: 'wrong', detail: 'none is active' }];
  return products.flatMap(({ definition, model, policy }) =>
    (['model', 'policy'] as const).map((kind): Examined => {
      const active = kind === 'model' ? model : policy;
      const name = `${definition.product} ${kind}`;
      if (active === null) return { name, state: 'wrong', detail: 'none is active: every decision is a refer' };
      const { version, expiresOn, daysLeft } = active;
      const age = daysLeft < 0 ? `EXPIRED on ${expiresOn}: every decision is a refer` : `good until ${expiresOn} (${daysLeft} days)`;
      return { name, state: daysLeft < 0 ? 'wrong' : daysLeft < SOON_DAYS ? 'watch' : 'well', detail: `${active.name} ${version}, ${age}` };
    }),
  );
}

/** A clock can only be held against what this PC has written itself; which of the two is right, it cannot tell. */
function examineClock({ db }: OpenFolder, now: number): Examined {
  const { size } = getLogState(db);
  const last = size === 0 ? null : getEntry(db, size - 1);
  if (last === null) return { name: 'clock', state: 'well', detail: new Date(now).toISOString() };
  const { wall } = JSON.parse(last.bytes.toString('utf8')) as LogEntry;
  const behind = Date.parse(wall) - now;
  if (behind <= MINUTE_MS) return { name: 'clock', state: 'well', detail: `${new Date(now).toISOString()}; last entry ${wall}` };
  return {
    name: 'clock',
    state: 'wrong',
    detail: `this PC says ${new Date(now).toISOString()}, which is before its own last entry of ${wall}`,
  };
}

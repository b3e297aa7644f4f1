/**
 * The cache of verified metadata on disk. Roots lie apart, one file per version, each kept as soon as it is verified (TUF 5.3.8). The rest is refreshed
 * in a copy (`staging-…`), which becomes a generation of its own under the next number by one rename, after every byte of it is on the disk: a
 * crash at any point leaves the generation before. What is used is the newest that verifies from the root that ships with the program.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableFolder, syncFolder } from '../../db/durable-folders.ts';
import { type Chain, type ReadRole, readChain, timestampVersion } from './chain.ts';
import { type TrustedRoot, walkRoots } from './trusted-root.ts';

const GENERATION = /^\d{9}$/;
const STAGING = 'staging-';
const ROOTS = 'roots';
/** In a generation, beside tuf-js's own files. */
const CHANNELS = 'channels';
const FLOOR = 'floor';
/** Generations that stay; the one before is for when the newest is found damaged. */
const KEPT = 2;

export interface CachedChain {
  chain: Chain;
  /** What was kept of the time (reference-time.ts). */
  floor: string | null;
  /** Bytes of a channel as they were kept, by its target name; null: it is not here. */
  channel(name: string): Buffer | null;
}

/** What is known before a first refresh, from the program itself: without it a new branch would accept any old snapshot that stolen keys still sign. */
export interface History {
  timestamp: Buffer;
  snapshot: Buffer;
}

/** A copy of the cache that a refresh may do anything with. */
export interface Staging {
  /** Where tuf-js reads and writes. */
  folder: string;
  read: ReadRole;
  floor: string | null;
  keepChannel(name: string, bytes: Buffer): Promise<void>;
  /** Makes it the newest generation, durably. @param floor see reference-time.ts */
  accept(floor: string): Promise<void>;
  /** Takes it away where it was not accepted. */
  discard(): Promise<void>;
}

/** The root of trust as far as this folder knows the way to it. @throws what tuf-js's models throw where the embedded root is none */
export function readRoot(folder: string, embeddedRoot: Buffer): TrustedRoot {
  return walkRoots(embeddedRoot, (version) => readIfThere(rootFile(folder, version)));
}

/** Kept whatever becomes of the rest of a refresh: keys that a root has revoked must stay revoked. Only roots that were verified. */
export async function keepRoots(folder: string, roots: ReadonlyMap<number, Buffer>): Promise<void> {
  if (roots.size === 0) return;
  makeDurableFolder(join(folder, ROOTS));
  for (const [version, bytes] of roots) {
    const file = rootFile(folder, version);
    await writeFile(`${file}.unfinished`, bytes);
    await syncFile(`${file}.unfinished`);
    await rename(`${file}.unfinished`, file);
  }
  syncFolder(join(folder, ROOTS));
}

/** The newest generation that verifies; null: there is none. Reads and computes only. */
export function readCached(folder: string, trusted: TrustedRoot): CachedChain | null {
  for (const name of generationsOf(folder).reverse()) {
    const path = join(folder, name);
    const chain = chainIn(path, trusted);
    if (chain !== null) return { chain, floor: floorIn(path), channel: (channel) => readIfThere(channelFile(path, channel)) };
  }
  return null;
}

/**
 * Copies what is known into a new staging folder. `root.json` there is the one that the walk from the embedded root reaches: a torn one of the cache
 * would stop every refresh for good.
 */
export async function stageChain(folder: string, trusted: TrustedRoot, history: History | null): Promise<Staging> {
  makeDurableFolder(folder);
  await removeLeftovers(folder);
  const generations = generationsOf(folder);
  const paths = generations.map((name) => join(folder, name)).reverse();
  const before = paths.find((path) => chainIn(path, trusted) !== null) ?? paths[0];
  const staging = join(folder, STAGING + randomUUID());
  await mkdir(join(staging, CHANNELS), { recursive: true, mode: 0o700 });
  await copyMetadata(before, staging);
  await writeFile(join(staging, 'root.json'), trusted.bytes);
  // Also of a generation that is damaged elsewhere: what was seen once must not be forgotten.
  for (const seen of [history, ...paths.map(historyIn)]) await addHistory(staging, trusted, seen);
  return stagingOf(folder, staging, before, Number(generations.at(-1) ?? 0) + 1);
}

async function copyMetadata(from: string | undefined, staging: string): Promise<void> {
  if (from === undefined) return;
  for (const name of readdirSync(from).filter((one) => one.endsWith('.json'))) await copyFile(join(from, name), join(staging, name));
}

/** TUF 5.4.3, 5.5.5 need something to compare with: the newer of what was verified here before and what came with the program. */
async function addHistory(staging: string, trusted: TrustedRoot, history: History | null): Promise<void> {
  if (history === null) return;
  const here = timestampVersion(trusted, readerIn(staging)('timestamp'));
  if (timestampVersion(trusted, history.timestamp) <= here) return;
  await writeFile(join(staging, 'timestamp.json'), history.timestamp);
  await writeFile(join(staging, 'snapshot.json'), history.snapshot);
}

function historyIn(path: string): History | null {
  const [timestamp, snapshot] = [readerIn(path)('timestamp'), readerIn(path)('snapshot')];
  return timestamp === null || snapshot === null ? null : { timestamp, snapshot };
}

function stagingOf(folder: string, staging: string, before: string | undefined, next: number): Staging {
  return {
    folder: staging,
    read: readerIn(staging),
    floor: before === undefined ? null : floorIn(before),
    keepChannel: async (name, bytes) => await writeFile(channelFile(staging, name), bytes),
    async accept(floor) {
      await writeFile(join(staging, FLOOR), floor);
      await syncAll(staging);
      await rename(staging, join(folder, String(next).padStart(9, '0')));
      syncFolder(folder);
      await removeLeftovers(folder);
    },
    discard: async () => await rm(staging, { recursive: true, force: true }),
  };
}

/** null: torn, edited, or from a program with another root of trust. */
function chainIn(path: string, trusted: TrustedRoot): Chain | null {
  try {
    return readChain(trusted, readerIn(path));
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** Staging folders that a crash left, and all generations but the newest. Only for the one writer of the data folder. */
async function removeLeftovers(folder: string): Promise<void> {
  const old = generationsOf(folder).slice(0, -KEPT);
  const staged = readdirSync(folder).filter((name) => name.startsWith(STAGING));
  for (const name of [...old, ...staged]) await rm(join(folder, name), { recursive: true, force: true });
}

function generationsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => GENERATION.test(name))
    .sort();
}

/** As tuf-js names the files. */
function readerIn(path: string): ReadRole {
  return (role) => readIfThere(join(path, `${encodeURIComponent(role)}.json`));
}

const rootFile = (folder: string, version: number): string => join(folder, ROOTS, `${version}.root.json`);
const channelFile = (path: string, name: string): string => join(path, CHANNELS, encodeURIComponent(name));
const floorIn = (path: string): string | null => readIfThere(join(path, FLOOR))?.toString('utf8') ?? null;

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) syncFolder(path);
    else await syncFile(path);
  }
  syncFolder(folder);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

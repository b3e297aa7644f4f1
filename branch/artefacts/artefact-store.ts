/**
 * Models, policies and products of a data folder, each under the digest that the log names it by, so that every version that ever decided
 * here can be found again. What is there is never written again; what a crash left half-written has another name.
 */
import { hash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artefact } from '../../contract/entry-base.ts';
import { Failed } from '../../contract/failure.ts';
import type { ModelManifest } from '../../contract/model-package.ts';
import { makeDurableFolder, syncFolder } from '../../db/durable-folders.ts';
import type { LoadedPolicy, LoadedProduct } from '../../decision/ports.ts';
import { type OpenedPackage, openPackage } from '../../models/open-package.ts';
import { parseManifest, parsePolicy, parseProduct, readBytes } from './parse-artefact.ts';
import { PassedChecks } from './passed-checks.ts';

const UNFINISHED = '.unfinished-';

export type FileKind = 'policies' | 'products';

export class ArtefactStore {
  readonly #dataDir: string;
  /** What was read once, by digest: the digest names the content, so it cannot grow stale. A handful of versions, all small. */
  readonly #manifests = new Map<string, ModelManifest>();
  readonly #products = new Map<string, LoadedProduct>();
  readonly #policies = new Map<string, LoadedPolicy>();

  readonly passed: PassedChecks;

  constructor(dataDir: string, passed = new PassedChecks()) {
    this.#dataDir = dataDir;
    this.passed = passed;
  }

  modelPath(sha256: string): string {
    return join(this.#dataDir, 'models', sha256);
  }

  /** Copies an opened package as it was verified. */
  async keepModel({ artefact, files }: Pick<OpenedPackage, 'artefact' | 'files'>): Promise<void> {
    const target = this.modelPath(artefact.sha256);
    if (existsSync(target)) return;
    const unfinished = `${target}${UNFINISHED}${randomUUID()}`;
    const paths = [...files.keys()].map((path) => join(unfinished, path));
    for (const [path, bytes] of files) await writeDurably(join(unfinished, path), bytes);
    for (const folder of new Set(paths.map(dirname))) syncFolder(folder);
    await moveInto(unfinished, target);
  }

  async keepFile(kind: FileKind, { sha256 }: Artefact, bytes: Uint8Array): Promise<void> {
    const target = this.#filePath(kind, sha256);
    if (existsSync(target)) return;
    const unfinished = `${target}${UNFINISHED}${randomUUID()}`;
    await writeDurably(unfinished, bytes);
    await moveInto(unfinished, target);
  }

  /** @throws Failed `model-package-malformed` or `model-package-unsafe`, also when the package is another one than its name says */
  async openModel(sha256: string): Promise<OpenedPackage> {
    const opened = await openPackage(this.modelPath(sha256), (digest) => this.passed.has(packageName(digest)));
    if ('failure' in opened) throw new Failed(opened.failure);
    if (opened.artefact.sha256 !== sha256) throw changedOnDisk(this.modelPath(sha256));
    this.passed.add(packageName(sha256));
    this.#manifests.set(sha256, opened.manifest);
    return opened;
  }

  /** The manifest alone: its digest is the package's, so nothing else need be read to trust it. */
  async loadManifest(sha256: string): Promise<ModelManifest> {
    const known = this.#manifests.get(sha256);
    if (known !== undefined) return known;
    const path = join(this.modelPath(sha256), 'manifest.json');
    const bytes = readBytes(path);
    if (hash('sha256', bytes, 'hex') !== sha256) throw changedOnDisk(path);
    const manifest = await parseManifest(bytes, path, this.passed);
    this.#manifests.set(sha256, manifest);
    return manifest;
  }

  /** @throws Failed `file-unreadable` or `file-malformed` */
  async loadProduct(sha256: string): Promise<LoadedProduct> {
    const known = this.#products.get(sha256);
    if (known !== undefined) return known;
    const path = this.#filePath('products', sha256);
    const product = await parseProduct(readBytes(path), path, this.passed);
    if (product.artefact.sha256 !== sha256) throw changedOnDisk(path);
    this.#products.set(sha256, product);
    return product;
  }

  /** @throws Failed `file-unreadable` or `policy-malformed` */
  async loadPolicy(sha256: string): Promise<LoadedPolicy> {
    const known = this.#policies.get(sha256);
    if (known !== undefined) return known;
    const path = this.#filePath('policies', sha256);
    const loaded = await parsePolicy(readBytes(path), path, this.passed);
    if (loaded.artefact.sha256 !== sha256) throw changedOnDisk(path);
    this.#policies.set(sha256, loaded);
    return loaded;
  }

  /**
   * The bytes of a product or policy as they are kept.
   * @throws Failed `file-unreadable`, or `model-package-unsafe` where they are other bytes than their name says
   */
  readFile(kind: FileKind, sha256: string): Uint8Array {
    const path = this.#filePath(kind, sha256);
    const bytes = readBytes(path);
    if (hash('sha256', bytes, 'hex') !== sha256) throw changedOnDisk(path);
    return bytes;
  }

  /** Removes what a crash left half-written. Only for the one writer of the folder. */
  async removeUnfinished(): Promise<void> {
    for (const kind of ['models', 'policies', 'products']) {
      const folder = join(this.#dataDir, kind);
      const names = existsSync(folder) ? await readdir(folder) : [];
      for (const name of names.filter((one) => one.includes(UNFINISHED))) await rm(join(folder, name), { recursive: true });
    }
  }

  #filePath(kind: FileKind, sha256: string): string {
    return join(this.#dataDir, kind, `${sha256}.json`);
  }
}

/** A package that passed as a whole: its manifest's digest pins every other file. */
const packageName = (sha256: string): string => `package:${sha256}`;

function changedOnDisk(path: string): Failed {
  return new Failed({
    kind: 'model-package-unsafe',
    happened: `${path} is not what the log says was activated: its digest is another one.`,
    safe: 'It was not used. The log and its decisions are untouched.',
    next: 'Put the original file back from a backup, and find out who changed it.',
    facts: { path },
  });
}

/** Its bytes are on the disk before its name is: after a power cut a name never stands for half a file. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  makeDurableFolder(dirname(path));
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveInto(unfinished: string, target: string): Promise<void> {
  await rename(unfinished, target);
  syncFolder(dirname(target));
}

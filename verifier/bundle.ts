/** The files of an evidence bundle, each held against the manifest when it is read, or those of a tiles export, which has no manifest. */
import { hash } from 'node:crypto';
import { type Json, parseCanonical, parseJson, requireShape } from './canonical.ts';
import type { Source } from './files.ts';
import { Malformed, type Report } from './report.ts';

const MANIFEST = 'manifest.json';
const MANIFEST_NOTE = 'manifest.note';
const MAX_FILE_BYTES = 256 * 2 ** 20;

const SHAPE = {
  format: 'text',
  made: 'text',
  by: { account: 'text', role: 'text' },
  origin: 'text',
  logs: [{ origin: 'text', vkey: 'text', from: 'whole' }],
  scope: { from: 'whole', to: 'whole' },
  size: 'whole',
  root: 'text',
  personal: 'flag',
  withheld: ['whole'],
  files: {},
} as const;

/** What this program needs of manifest.json; `branch`, `witnesses`, `quorum` and `code` are nothing but the exporter's words. */
export interface Manifest {
  made: string;
  by: { account: string; role: string };
  origin: string;
  logs: { origin: string; vkey: string; from: number }[];
  scope: { from: number; to: number };
  size: number;
  root: string;
  personal: boolean;
  withheld: ReadonlySet<number>;
  files: ReadonlyMap<string, { sha256: string; bytes: number }>;
  /** Of manifest.json itself: what manifest.note signs. */
  sha256: string;
}

export class Bundle {
  readonly manifest: Manifest | null;
  /** All of the log as tiles, not single entries with proofs. */
  readonly isWhole: boolean;
  readonly #source: Source;
  readonly #report: Report;
  readonly #read = new Set<string>();

  constructor(source: Source, report: Report) {
    this.#source = source;
    this.#report = report;
    this.manifest = source.sizes.has(MANIFEST) ? parseManifest(source.read(MANIFEST, MAX_FILE_BYTES)) : null;
    this.isWhole = this.paths('tile/').length > 0;
    for (const path of this.manifest?.files.keys() ?? []) {
      if (!source.sizes.has(path)) report.tampered(`${path} was in the bundle when it was signed, and is missing.`);
    }
    for (const path of source.sizes.keys()) {
      if (this.manifest === null && !/^(checkpoint|tile\/.+)$/.test(path))
        throw new Malformed(`${path} is no part of a tiles export, and a bundle has a manifest`);
      if (this.manifest === null || path === MANIFEST || path === MANIFEST_NOTE || this.manifest.files.has(path)) continue;
      report.tampered(`${path} was added: the manifest does not name it.`);
    }
  }

  has(path: string): boolean {
    return this.#source.sizes.has(path);
  }

  /** Numbers N of the files whose path matches, in order: `/^entries\/(\d+)\.json$/` gives those of the entries. */
  numbers(pattern: RegExp): number[] {
    const found: number[] = [];
    for (const path of this.#source.sizes.keys()) {
      const digits = pattern.exec(path)?.[1];
      if (digits !== undefined) found.push(Number(digits));
    }
    return found.sort((a, b) => a - b);
  }

  paths(prefix: string): string[] {
    return [...this.#source.sizes.keys()].filter((path) => path.startsWith(prefix)).sort();
  }

  /** The file's bytes; one that differs from the manifest is reported. Throws `Malformed` when it is missing or larger than `limit`. */
  read(path: string, limit = MAX_FILE_BYTES): Buffer {
    if (!this.has(path)) throw new Malformed(`${path} is missing`);
    const bytes = this.#source.read(path, limit);
    if (this.#read.has(path)) return bytes;
    this.#read.add(path);
    const named = this.manifest?.files.get(path);
    if (named === undefined) return bytes;
    if (named.bytes !== bytes.length || named.sha256 !== hash('sha256', bytes, 'hex')) {
      this.#report.tampered(`${path} is not the file that the manifest names: it was changed after the export.`);
    }
    return bytes;
  }

  readJson(path: string): Json {
    return parseJson(this.read(path), path).value;
  }

  /** Reads what nothing else asked for, so that every file was held against the manifest, if there is one. Returns how many those were. */
  readRest(): number {
    const rest = this.paths('').filter((path) => path !== MANIFEST && !this.#read.has(path));
    for (const path of this.manifest === null ? [] : rest) this.read(path);
    return rest.length;
  }
}

function parseManifest(bytes: Buffer): Manifest {
  const json = parseCanonical(bytes, MANIFEST);
  requireShape(json, SHAPE, MANIFEST);
  for (const file of Object.values(json.files!)) requireShape(file, { sha256: 'text', bytes: 'whole' }, `a file in ${MANIFEST}`);
  const said = json as unknown as Manifest & {
    format: string;
    withheld: number[];
    files: { [path: string]: { sha256: string; bytes: number } };
  };
  const { scope, size } = said;
  if (said.format !== 'outpost-evidence/1') throw new Malformed(`${MANIFEST} is of another format than outpost-evidence/1`);
  if (scope.from > scope.to || scope.to >= size) throw new Malformed(`the scope in ${MANIFEST} lies outside the log`);
  if (said.withheld.some((seq) => seq < scope.from || seq > scope.to)) throw new Malformed(`${MANIFEST} withholds what is out of scope`);
  return { ...said, withheld: new Set(said.withheld), files: new Map(Object.entries(said.files)), sha256: hash('sha256', bytes, 'hex') };
}

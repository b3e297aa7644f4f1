/** The files of an evidence bundle, each held against the manifest when it is read, or those of a tiles export, which has no manifest. */
import { hash } from 'node:crypto';
import { isObject, type Json, parseCanonical, parseJson } from './canonical.ts';
import type { Source } from './files.ts';
import { decodeBase64 } from './note.ts';
import { Malformed, type Report } from './report.ts';

const MANIFEST = 'manifest.json';
const MANIFEST_NOTE = 'manifest.note';
const MAX_JSON_BYTES = 256 * 2 ** 20;
const MAX_FILE_BYTES = 256 * 2 ** 20;

export interface Manifest {
  made: string;
  by: { account: string; role: string };
  branch: string;
  origin: string;
  logs: { origin: string; vkey: string; from: number }[];
  scope: { from: number; to: number };
  size: number;
  root: Buffer;
  personal: boolean;
  withheld: ReadonlySet<number>;
  files: ReadonlyMap<string, { sha256: string; bytes: number }>;
  /** Of manifest.json: what manifest.note signs. */
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
    this.manifest = source.sizes.has(MANIFEST) ? parseManifest(source.read(MANIFEST, MAX_JSON_BYTES)) : null;
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
    return parseJson(this.read(path, MAX_JSON_BYTES), path).value;
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
  const object = (value: Json | undefined, name: string): { [name: string]: Json } => {
    if (!isObject(value)) throw new Malformed(`${MANIFEST}: ${name} is missing or no object`);
    return value;
  };
  const text = (value: Json | undefined, name: string): string => {
    if (typeof value !== 'string') throw new Malformed(`${MANIFEST}: ${name} is missing or no text`);
    return value;
  };
  const number = (value: Json | undefined, name: string): number => {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Malformed(`${MANIFEST}: ${name} is missing or no whole number`);
    return value as number;
  };
  const list = (value: Json | undefined, name: string): Json[] => {
    if (!Array.isArray(value)) throw new Malformed(`${MANIFEST}: ${name} is missing or no list`);
    return value;
  };
  if (json.format !== 'outpost-evidence/1') throw new Malformed(`${MANIFEST}: the format is not outpost-evidence/1`);
  const by = object(json.by, 'by');
  const scope = object(json.scope, 'scope');
  const manifest: Manifest = {
    made: text(json.made, 'made'),
    by: { account: text(by.account, 'by.account'), role: text(by.role, 'by.role') },
    branch: text(json.branch, 'branch'),
    origin: text(json.origin, 'origin'),
    logs: list(json.logs, 'logs').map((each) => {
      const log = object(each, 'logs');
      return { origin: text(log.origin, 'logs.origin'), vkey: text(log.vkey, 'logs.vkey'), from: number(log.from, 'logs.from') };
    }),
    scope: { from: number(scope.from, 'scope.from'), to: number(scope.to, 'scope.to') },
    size: number(json.size, 'size'),
    root: decodeBase64(text(json.root, 'root')) ?? Buffer.alloc(0),
    personal: json.personal === true,
    withheld: new Set(list(json.withheld, 'withheld').map((each) => number(each, 'withheld'))),
    files: new Map(
      Object.entries(object(json.files, 'files')).map(([path, each]) => {
        const file = object(each, 'files');
        return [path, { sha256: text(file.sha256, 'files.sha256'), bytes: number(file.bytes, 'files.bytes') }];
      }),
    ),
    sha256: hash('sha256', bytes, 'hex'),
  };
  const { scope: asked, size, withheld } = manifest;
  if (typeof json.personal !== 'boolean') throw new Malformed(`${MANIFEST}: personal is neither true nor false`);
  if (asked.from > asked.to || asked.to >= size) throw new Malformed(`${MANIFEST}: the scope lies outside the log`);
  for (const seq of withheld)
    if (seq < asked.from || seq > asked.to) throw new Malformed(`${MANIFEST}: entry ${seq} is withheld, but out of scope`);
  return manifest;
}

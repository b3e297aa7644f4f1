/** A little log and an exporter of its evidence, written from docs/evidence-bundle.md alone and sharing nothing with the program or the verifier. */
import { createCipheriv, createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { consistencyPath, entryTiles, hashLeaf, hashTiles, inclusionPath, treeRoot } from './sample-tree.ts';

export type Files = Map<string, Buffer>;
type Fields = Record<string, unknown>;

export const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Canonical enough for plain members: JavaScript moves names of digits to the front, and none of these has any. */
export function canonical(value: unknown): Buffer {
  const sorted = (_: string, each: unknown): unknown =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each;
  return Buffer.from(JSON.stringify(value, sorted));
}

export interface Signer {
  name: string;
  vkey: string;
  line(text: string, time?: number): string;
}

/** A signer from a word, or from a seed of 32 bytes: type 1 is a log's key, 4 a witness's. */
export function signer(name: string, type: 1 | 4, from: string | Buffer = name): Signer {
  const seed = typeof from === 'string' ? createHash('sha256').update(from).digest() : from;
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  const key = Buffer.concat([Buffer.of(type), raw]);
  const id = createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4);
  const line = (text: string, time?: number): string => {
    const stamp = Buffer.alloc(time === undefined ? 0 : 8);
    if (time !== undefined) stamp.writeBigUInt64BE(BigInt(time));
    const message = time === undefined ? text : `cosignature/v1\ntime ${time}\n${text}`;
    return `\u2014 ${name} ${Buffer.concat([id, stamp, sign(null, Buffer.from(message), privateKey)]).toString('base64')}\n`;
  };
  return { name, vkey: `${name}+${id.toString('hex')}+${key.toString('base64')}`, line };
}

export const PRODUCT = canonical({ product: 'hire purchase' });
export const POLICY = canonical({ policy: 'no rule' });
export const ONNX = Buffer.from('not really a model');
export const MODEL = canonical({ files: { 'model.onnx': digest(ONNX) } });

export class SampleLog {
  entries: Buffer[] = [];
  epochs: { signer: Signer; from: number }[] = [];
  /** Notes that the log keeps, newest last. */
  checkpoints: { size: number; note: string }[] = [];
  keys = new Map<number, { kid: string; key: string }>();
  anchor: string | null = null;

  constructor(signer: Signer) {
    this.begin(signer, null);
  }

  get size(): number {
    return this.entries.length;
  }

  get leaves(): Buffer[] {
    return this.entries.map(hashLeaf);
  }

  append(type: string, fields: Fields = {}): number {
    const seq = this.size;
    const wall = new Date(1_700_000_000_000 + seq * 60_000).toISOString();
    this.entries.push(
      canonical({ v: 1, seq, type, wall, boot: 'b', mono: seq, anchor: this.anchor, actor: 'ada', role: 'officer', code: {}, ...fields }),
    );
    return seq;
  }

  begin(signer: Signer, previous: { origin: string; checkpoint: string | null } | null): void {
    this.epochs.push({ signer, from: this.size });
    this.append('genesis', { origin: signer.name, vkey: signer.vkey, previous });
  }

  decide(name: string | null = 'Ada'): number {
    const named = (bytes: Buffer): Fields => ({ name: 'n', version: '1.0.0', sha256: digest(bytes) });
    return this.append('decision', {
      product: named(PRODUCT),
      model: named(MODEL),
      policy: named(POLICY),
      decision: 'refer',
      pd: 0.25,
      pii: name === null ? null : this.#seal(name),
    });
  }

  #seal(name: string): Fields {
    const key = createHash('sha256').update(`key ${this.size}`).digest();
    const kid = `kid-${this.size}`;
    const nonce = Buffer.alloc(12, this.size);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(kid));
    const ct = Buffer.concat([cipher.update(canonical({ name })), cipher.final()]);
    const kc = createHmac('sha256', key).update('outpost/key-commitment/v1').digest();
    this.keys.set(this.size, { kid, key: key.toString('base64') });
    const [b64, tag] = [(bytes: Buffer): string => bytes.toString('base64'), cipher.getAuthTag()];
    return { kid, nonce: b64(nonce), ct: b64(ct), tag: b64(tag), kc: b64(kc) };
  }

  signerAt(size: number): Signer {
    return (this.epochs.findLast(({ from }) => from < size) ?? this.epochs[0]!).signer;
  }

  /** A checkpoint of some size, with what each of the witnesses adds at a time. */
  checkpoint(size = this.size, cosigned: [Signer, number][] = []): string {
    const by = this.signerAt(size);
    const body = `${by.name}\n${size}\n${treeRoot(this.leaves.slice(0, size)).toString('base64')}\n`;
    return `${body}\n${by.line(body)}${cosigned.map(([witness, time]) => witness.line(body, time)).join('')}`;
  }

  /** Takes a countersigned checkpoint in: later entries anchor to it. */
  countersign(...cosigned: [Signer, number][]): string {
    const note = this.checkpoint(this.size, cosigned);
    this.checkpoints.push({ size: this.size, note });
    this.anchor = digest(note);
    return note;
  }

  receipt(seq: number, size = this.size, checkpoint = this.checkpoint(size)): string {
    const path = inclusionPath(seq, this.leaves.slice(0, size)).map((hash) => `${hash.toString('base64')}\n`);
    return `c2sp.org/tlog-proof@v1\nindex ${seq}\n${path.join('')}\n${checkpoint}`;
  }

  /** The same log with other entries from some place on, signed anew by who holds the key; countersigned checkpoints stay what they are. */
  rewritten(change: (entries: Buffer[]) => Buffer[], keep: (size: number) => boolean = () => true): SampleLog {
    const other = Object.assign(Object.create(SampleLog.prototype) as SampleLog, this);
    other.entries = change([...this.entries]).map((bytes, seq) => canonical({ ...(JSON.parse(String(bytes)) as Fields), seq }));
    other.checkpoints = this.checkpoints.filter(({ size }) => keep(size) && size <= other.entries.length);
    return other;
  }

  tiles(): Files {
    return new Map([['checkpoint', Buffer.from(this.checkpoint())], ...hashTiles(this.leaves), ...entryTiles(this.entries)]);
  }

  isDecision(seq: number): boolean {
    return this.entries[seq]!.includes('"type":"decision"');
  }
}

export interface Asked {
  scope?: [number, number];
  personal?: boolean;
  withheld?: number[];
  /** In place of a checkpoint signed now. */
  newest?: string;
  /** Changes the manifest before it is signed. */
  manifest?: Fields;
  /** Changes the files before the manifest is made. */
  change?: (files: Files) => void;
}

/** Evidence as the holder of the log's key exports it. */
export function exportBundle(log: SampleLog, asked: Asked = {}): Files {
  const { size, leaves } = log;
  const newest = asked.newest ?? log.checkpoint();
  const [from, to] = asked.scope ?? [0, size - 1];
  const withheld = asked.withheld ?? [];
  const files: Files = new Map([
    ['checkpoint', Buffer.from(newest)],
    ['README.txt', Buffer.from('For a person.\n')],
  ]);
  for (const { size: at, note } of log.checkpoints)
    files.set(files.has(`checkpoints/${at}`) ? `checkpoints/${at}-2` : `checkpoints/${at}`, Buffer.from(note));
  const inScope = log.entries.map((_, seq) => seq).filter((seq) => seq >= from && seq <= to && !withheld.includes(seq));
  if (asked.scope === undefined) {
    for (const [path, bytes] of [
      ...hashTiles(leaves),
      ...entryTiles(log.entries.map((entry, seq) => (withheld.includes(seq) ? null : entry))),
    ])
      files.set(path, bytes);
  } else {
    for (const seq of new Set([...inScope, ...log.epochs.map((epoch) => epoch.from)])) {
      files.set(`entries/${seq}.json`, log.entries[seq]!);
      files.set(`proofs/${seq}.tlog-proof`, Buffer.from(log.receipt(seq, size, newest)));
    }
    for (const at of new Set([...log.checkpoints.map((each) => each.size), ...log.epochs.map((epoch) => epoch.from)])) {
      if (at === 0 || at >= size) continue;
      files.set(
        `consistency/${at}-${size}`,
        Buffer.from(
          consistencyPath(at, leaves)
            .map((hash) => `${hash.toString('base64')}\n`)
            .join(''),
        ),
      );
    }
  }
  const decisions = inScope.filter((seq) => log.isDecision(seq));
  files.set('replay.json', canonical(decisions.map((seq) => ({ seq, verdict: 'same', differences: [], causes: [] }))));
  if (decisions.length > 0) {
    files.set(`artefacts/products/${digest(PRODUCT)}.json`, PRODUCT);
    files.set(`artefacts/policies/${digest(POLICY)}.json`, POLICY);
    files.set(`artefacts/models/${digest(MODEL)}/manifest.json`, MODEL);
    files.set(`artefacts/models/${digest(MODEL)}/model.onnx`, ONNX);
  }
  for (const [seq, key] of asked.personal ? log.keys : []) if (decisions.includes(seq)) files.set(`identities/${seq}.json`, canonical(key));
  asked.change?.(files);
  return signBundle(log, files, { scope: { from, to }, withheld, personal: asked.personal ?? false, ...asked.manifest });
}

/** Adds a manifest of these files and its signature. */
export function signBundle(log: SampleLog, files: Files, fields: Fields): Files {
  const by = log.epochs.at(-1)!.signer;
  const manifest = canonical({
    format: 'outpost-evidence/1',
    made: '2026-11-23T20:00:00.000Z',
    by: { account: 'ursula', role: 'auditor' },
    branch: 'Branch 7',
    origin: by.name,
    logs: log.epochs.map(({ signer, from }) => ({ origin: signer.name, vkey: signer.vkey, from })),
    size: log.size,
    root: treeRoot(log.leaves).toString('base64'),
    witnesses: [],
    quorum: 0,
    files: Object.fromEntries([...files].map(([path, bytes]) => [path, { sha256: digest(bytes), bytes: bytes.length }])),
    code: {},
    ...fields,
  });
  const text = `outpost-evidence/1\nsha256 ${digest(manifest)}\n`;
  return new Map([...files, ['manifest.json', manifest], ['manifest.note', Buffer.from(`${text}\n${by.line(text)}`)]]);
}

/** What each entry must be in itself, and what a bundle must hold because of it. */
import { createDecipheriv, createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Bundle } from './bundle.ts';
import { isObject, type Json, type JsonObject, parseCanonical, requireShape } from './canonical.ts';
import { decodeBase64, type Key, parseVkey } from './note.ts';
import { Malformed, type Report } from './report.ts';
import type { Clock } from './stamps.ts';

/** Decisions whose times are told one by one. */
const MAX_TOLD = 20;
const VERDICTS = ['same', 'erased', 'different', 'impossible'] as const;

/** From this entry on the log is signed by this key. */
export interface Epoch {
  from: number;
  key: Key;
  previous: { origin: string; checkpoint: string | null } | null;
}

export interface Times {
  seq: number;
  type: string;
  wall: string;
  notBefore: string | null;
  notAfter: string | null;
  /** What the exporter got when it decided again. */
  replay: string | null;
}

export class Entries {
  readonly epochs: Epoch[] = [];
  readonly counts = {
    read: 0,
    withheld: 0,
    decisions: 0,
    opened: 0,
    sealed: 0,
    bounded: 0,
    halfBounded: 0,
    unbounded: 0,
    outside: 0,
    strangeAnchors: 0,
  };
  readonly times: Times[] = [];
  readonly replays: Record<(typeof VERDICTS)[number], number> = { same: 0, erased: 0, different: 0, impossible: 0 };
  /** Decisions that the exporter says it could not compute again to the same result. */
  readonly differing: string[] = [];
  readonly #artefacts = new Set<string>();
  readonly #replay: Map<number, string> | null;
  readonly #bundle: Bundle;
  readonly #clock: Clock;
  readonly #report: Report;

  constructor(bundle: Bundle, clock: Clock, report: Report) {
    this.#bundle = bundle;
    this.#clock = clock;
    this.#report = report;
    this.#replay = bundle.manifest === null ? null : readReplay(bundle);
  }

  /** Takes every entry that is at hand, in the order of the log; null: withheld. */
  see = (seq: number, bytes: Buffer | null): void => {
    const { manifest } = this.#bundle;
    if ((bytes === null) !== (manifest?.withheld.has(seq) ?? false))
      throw new Malformed(`entry ${seq} is ${bytes === null ? 'missing, but not' : 'there, but'} withheld`);
    if (bytes === null) {
      this.counts.withheld++;
      this.#replay?.delete(seq);
      return;
    }
    this.counts.read++;
    let isKeyNamed = false;
    try {
      const entry = parseCanonical(bytes, `entry ${seq}`);
      const { seq: said, type, wall, anchor } = entry;
      if (said !== seq) this.#report.tampered(`Entry ${seq} says of itself that it is entry ${JSON.stringify(said)}.`);
      if (entry.v !== 1 || typeof type !== 'string' || typeof wall !== 'string' || !(anchor === null || isDigest(anchor))) {
        throw new Malformed(`entry ${seq} is not an entry of format 1`);
      }
      this.#bound(seq, type, wall, anchor);
      isKeyNamed = type === 'genesis';
      if (isKeyNamed) this.#begin(seq, entry);
      const isInScope = manifest !== null && seq >= manifest.scope.from && seq <= manifest.scope.to;
      if (type === 'decision') this.#decide(seq, entry, isInScope);
      const sealed = type === 'decision' ? entry.pii : type === 'review' ? entry.note : null;
      if (isObject(sealed)) this.#open(seq, sealed);
    } catch (error) {
      // One entry that cannot be read does not hide the others; but without its key nothing can be said of a log.
      if (isKeyNamed || !(error instanceof Malformed)) throw error;
      this.#report.malformed(`${error.message}.`);
    }
  };

  #begin(seq: number, { origin, vkey, previous }: JsonObject): void {
    const key = typeof vkey === 'string' ? parseVkey(vkey) : null;
    if (key?.kind !== 'log' || key.name !== origin) throw new Malformed(`entry ${seq} begins an epoch, but does not name its key`);
    if (this.epochs.some((epoch) => epoch.key.vkey === vkey || epoch.key.name === origin))
      throw new Malformed(`entry ${seq} begins an epoch with a key or origin that was there before`);
    if (previous !== null || seq > 0) requireShape(previous, { origin: 'text' }, `what came before the epoch in entry ${seq}`);
    const before = previous as Epoch['previous'];
    if (typeof (before?.checkpoint ?? '') !== 'string')
      throw new Malformed(`the checkpoint of the epoch before in entry ${seq} is no text`);
    this.epochs.push({ from: seq, key, previous: before && { origin: before.origin, checkpoint: before.checkpoint ?? null } });
  }

  #bound(seq: number, type: string, wall: string, anchor: string | null): void {
    const stamp = anchor === null ? undefined : this.#clock.anchor(anchor);
    if (anchor !== null && stamp === undefined) this.counts.strangeAnchors++;
    if (stamp !== undefined && stamp.size > seq)
      this.#report.tampered(`Entry ${seq} names a checkpoint of ${stamp.size} entries as older than itself.`);
    const { notBefore, notAfter } = this.#clock.interval(seq, anchor);
    if (notBefore !== null && notAfter !== null) this.counts.bounded++;
    else if (notBefore !== null || notAfter !== null) this.counts.halfBounded++;
    else this.counts.unbounded++;
    const seconds = Date.parse(wall) / 1000;
    if (!(seconds >= (notBefore ?? seconds) - 1 && seconds <= (notAfter ?? seconds) + 1)) this.counts.outside++;
    if (type === 'decision' && this.times.length < MAX_TOLD)
      this.times.push({ seq, type, wall, notBefore: date(notBefore), notAfter: date(notAfter), replay: this.#replay?.get(seq) ?? null });
  }

  #decide(seq: number, { product, model, policy }: JsonObject, isInScope: boolean): void {
    this.counts.decisions++;
    if (!isInScope) return;
    for (const [kind, named] of Object.entries({ products: product, models: model, policies: policy })) {
      if (named === null && kind !== 'products') continue;
      if (!isObject(named) || !isDigest(named.sha256)) throw new Malformed(`entry ${seq} does not name its ${kind} by digest`);
      this.#artefacts.add(`artefacts/${kind}/${named.sha256}`);
    }
    const verdict = this.#replay?.get(seq);
    if (verdict === undefined) throw new Malformed(`replay.json says nothing of the decision in entry ${seq}`);
    this.#replay?.delete(seq);
    this.replays[verdict as keyof typeof this.replays]++;
    if ((verdict === 'different' || verdict === 'impossible') && this.differing.length < MAX_TOLD)
      this.differing.push(`${seq} (${verdict})`);
  }

  /** Opens what is sealed where the bundle brings the key. What is inside is not told: this program proves, it does not publish. */
  #open(seq: number, sealed: JsonObject): void {
    const path = `identities/${seq}.json`;
    if (!this.#bundle.has(path)) {
      this.counts.sealed++;
      return;
    }
    const named = this.#bundle.readJson(path);
    requireShape(named, { kid: 'text', key: 'text' }, path);
    requireShape(sealed, { kid: 'text', nonce: 'text', ct: 'text', tag: 'text', kc: 'text' }, `what entry ${seq} sealed`);
    const { kid, key: secret } = named as { kid: string; key: string };
    const [key, nonce, ct, tag, kc] = [secret, sealed.nonce, sealed.ct, sealed.tag, sealed.kc].map((text) => decodeBase64(text as string));
    if (!nonce || !ct || !tag || !kc || nonce.length !== 12 || tag.length !== 16)
      throw new Malformed(`what entry ${seq} sealed is not AES-256-GCM`);
    if (key?.length !== 32) throw new Malformed(`${path} holds no key of 32 bytes`);
    // GCM alone would let one ciphertext open under two keys to two persons: the commitment is checked first.
    const commitment = createHmac('sha256', key).update('outpost/key-commitment/v1').digest();
    const isCommitted = kc.length === commitment.length && timingSafeEqual(kc, commitment) && kid === sealed.kid;
    if (!isCommitted || !opens(key, nonce, Buffer.from(kid), ct, tag))
      this.#report.tampered(`${path} is not the key of what entry ${seq} sealed.`);
    this.counts.opened++;
  }

  /** What the bundle as a whole owes its entries. */
  finish(): void {
    const { manifest } = this.#bundle;
    if (manifest === null) return;
    for (const seq of this.#replay!.keys()) throw new Malformed(`replay.json speaks of entry ${seq}, which is no decision in scope`);
    const identities = this.#bundle.paths('identities/').length;
    if (identities !== this.counts.opened)
      throw new Malformed('there are identity keys for entries that have nothing sealed or are not here');
    if (identities > 0 && !manifest.personal)
      throw new Malformed('the manifest says that nothing personal is opened, but identity keys are there');
    for (const path of this.#artefacts) checkArtefact(this.#bundle, path, this.#report);
    if (this.#artefacts.size > 0) {
      this.#report.proven(
        `The products, models and policies that the decisions name (${this.#artefacts.size}) are in the bundle, each under its digest.`,
      );
    }
  }
}

/** A product or policy is one file; a model is a package whose manifest names the digests of its other files. */
function checkArtefact(bundle: Bundle, path: string, report: Report): void {
  const digest = path.slice(-64);
  const file = path.startsWith('artefacts/models/') ? `${path}/manifest.json` : `${path}.json`;
  if (!isSame(bundle, file, digest)) report.tampered(`${file} is not the artefact that the decisions name.`);
  if (!path.startsWith('artefacts/models/')) return;
  const files = bundle.readJson(file);
  if (!isObject(files) || !isObject(files.files)) throw new Malformed(`${file} names no files`);
  for (const [name, wanted] of Object.entries(files.files)) {
    if (typeof wanted !== 'string' || !isSame(bundle, `${path}/${name}`, wanted))
      report.tampered(`${path}/${name} is not the file that the model's manifest names.`);
  }
}

const isSame = (bundle: Bundle, path: string, digest: string): boolean => hash('sha256', bundle.read(path), 'hex') === digest;
const isDigest = (value: Json | undefined): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const date = (seconds: number | null): string | null => (seconds === null ? null : new Date(seconds * 1000).toISOString());

function readReplay(bundle: Bundle): Map<number, string> {
  const results = bundle.readJson('replay.json');
  requireShape(results, [{ seq: 'whole', verdict: 'text' }], 'replay.json');
  const replay = new Map<number, string>();
  for (const { seq, verdict } of results as { seq: number; verdict: string }[]) {
    if (replay.has(seq) || !VERDICTS.includes(verdict as 'same'))
      throw new Malformed(`replay.json says nonsense or twice something of entry ${seq}`);
    replay.set(seq, verdict);
  }
  return replay;
}

function opens(key: Buffer, nonce: Buffer, kid: Buffer, ct: Buffer, tag: Buffer): boolean {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(kid).setAuthTag(tag);
  decipher.update(ct);
  try {
    decipher.final();
    return true;
  } catch {
    // The one thing that `final` can say of GCM: the tag does not fit.
    return false;
  }
}

/** One verification from beginning to end. Reads in the order in which an auditor would ask. */
import { Bundle, type Manifest } from './bundle.ts';
import { Entries, type Epoch } from './entries.ts';
import { readPlainFile } from './files.ts';
import { verifyInclusion } from './merkle.ts';
import { openNote, type Proof, parseProof, parseVkey } from './note.ts';
import { Malformed, Report } from './report.ts';
import { openSource } from './source.ts';
import { Clock, readStamp, type Stamp, type Trust } from './stamps.ts';
import { tell } from './tell.ts';
import { readProvenEntries, readTiles, type Tree } from './tree.ts';

const MAX_NOTE_BYTES = 1_000_000;

/** Files that were kept elsewhere, to be held against the log. */
export interface Kept {
  receipts: readonly string[];
  checkpoints: readonly string[];
}

/** Verifies a bundle (zip or folder) or a folder of tiles. Whatever is in them, the answer is a report. */
export function verifyEvidence(path: string, trust: Trust, kept: Kept): Report {
  const report = new Report();
  try {
    const source = openSource(path);
    try {
      new Verification(new Bundle(source, report), trust, report).run(kept);
    } finally {
      source.close();
    }
  } catch (error) {
    report.malformed(explain(error));
  }
  return report;
}

/** Nothing that a file can make this program do may look like a verdict on the log: all of it is "cannot be read". */
function explain(error: unknown): string {
  if (error instanceof Malformed) return `${error.message}.`;
  if (error instanceof Error && 'syscall' in error) return `A file cannot be read: ${error.message}.`;
  return `This program could not go on: ${String(error)}.`;
}

class Verification {
  readonly #bundle: Bundle;
  readonly #trust: Trust;
  readonly #report: Report;
  /** Nothing that was given to compare with had to be left aside. */
  #isAllCompared = true;

  constructor(bundle: Bundle, trust: Trust, report: Report) {
    this.#bundle = bundle;
    this.#trust = trust;
    this.#report = report;
  }

  run(kept: Kept): void {
    const newest = this.#readStamp('checkpoint', this.#bundle.read('checkpoint', MAX_NOTE_BYTES));
    if (newest === null) throw new Malformed('without its newest checkpoint nothing is known of the log');
    if (newest.size === 0) throw new Malformed('the log is empty');
    if (this.#bundle.manifest !== null) this.#checkManifest(this.#bundle.manifest, newest);
    const receipts = kept.receipts.map((file) => {
      const proof = parseProof(readPlainFile(file, MAX_NOTE_BYTES), file);
      return { file, proof, stamp: this.#readStamp(`the checkpoint in ${file}`, proof.checkpoint, true) };
    });
    const others = [
      ...this.#bundle.paths('checkpoints/').map((path) => this.#readStored(path)),
      ...kept.checkpoints.map((file) => this.#readStamp(file, readPlainFile(file, MAX_NOTE_BYTES), true)),
      ...receipts.map(({ stamp }) => stamp),
    ];
    const stamps = [newest, ...others.filter((stamp) => stamp !== null)];
    const { entries, tree } = this.#readLog(newest, stamps);
    entries.finish();
    this.#checkKeys(entries.epochs);
    this.#checkEpochs(entries.epochs, tree);
    const held = stamps.filter((stamp) => this.#checkStamp(stamp, newest.size, entries.epochs, tree));
    for (const { file, proof, stamp } of receipts) if (stamp !== null && held.includes(stamp)) this.#checkReceipt(file, proof, stamp, tree);
    tell(this.#report, { bundle: this.#bundle, trust: this.#trust, newest, held, entries, isAllCompared: this.#isAllCompared });
  }

  #readStamp(what: string, note: Buffer, isForeign = false): Stamp | null {
    return readStamp(what, note, this.#trust, this.#report, isForeign);
  }

  /** `checkpoints/<size>`, or `checkpoints/<size>-<k>` for a further note of the same size. */
  #readStored(path: string): Stamp | null {
    const stamp = this.#readStamp(path, this.#bundle.read(path, MAX_NOTE_BYTES));
    const [, size] = /^checkpoints\/([0-9]+)(-[0-9]+)?$/.exec(path) ?? [];
    if (stamp !== null && String(stamp.size) !== size) throw new Malformed(`${path} is a checkpoint of another size`);
    return stamp;
  }

  /**
   * The manifest must agree with the newest checkpoint and be signed by the newest key that it names (`#checkKeys` sees that it is the log's).
   * First of all: what cannot be read afterwards was changed, then.
   */
  #checkManifest(manifest: Manifest, newest: Stamp): void {
    const isSame = manifest.size === newest.size && manifest.root === newest.root.toString('base64') && manifest.origin === newest.origin;
    if (!isSame) this.#report.tampered('The manifest names another origin, size or root than the newest checkpoint.');
    const key = parseVkey(manifest.logs.at(-1)?.vkey ?? '');
    if (key?.kind !== 'log') throw new Malformed('manifest.json names no key of the log');
    const note = openNote(this.#bundle.read('manifest.note', MAX_NOTE_BYTES), [key]);
    if ('problem' in note && note.problem !== 'invalid-signature') throw new Malformed('manifest.note is not a signed note');
    const isSigned = 'text' in note && note.verified.length > 0 && note.text === `outpost-evidence/1\nsha256 ${manifest.sha256}\n`;
    if (!isSigned) this.#report.tampered("manifest.json is not what the log's key signed in manifest.note.");
    else this.#report.proven(`The files (${manifest.files.size}) are those that the holder of the log's key put into the bundle.`);
  }

  #readLog(newest: Stamp, stamps: readonly Stamp[]): { entries: Entries; tree: Tree } {
    const { manifest } = this.#bundle;
    const isWhole = this.#bundle.isWhole;
    if (!isWhole && manifest === null) throw new Malformed('there is neither a manifest nor a tile: this is no evidence of a log');
    if (isWhole && manifest !== null && (manifest.scope.from !== 0 || manifest.scope.to !== newest.size - 1)) {
      throw new Malformed('there are tiles, but the scope is not the whole log');
    }
    // Without a proof a stamp says nothing of this log's times. One that does not fit its proof is tampering, so nothing is lost by using it.
    const isTied = ({ size }: Stamp): boolean => isWhole || size === newest.size || this.#bundle.has(`consistency/${size}-${newest.size}`);
    const entries = new Entries(this.#bundle, new Clock(stamps.filter(isTied), this.#trust.quorum), this.#report);
    const read = isWhole ? readTiles(this.#bundle, newest.size, this.#report, entries.see) : null;
    return { entries, tree: read ?? readProvenEntries(this.#bundle, newest, this.#report, entries.see) };
  }

  /** Keys are those that the log's own entries name, and among them must be those that the auditor knows it by. */
  #checkKeys(epochs: readonly Epoch[]): void {
    if (epochs[0]?.from !== 0) throw new Malformed('the entry that begins the log is not in the bundle, or cannot be read');
    const found = epochs.map(({ from, key }) => `${from} ${key.name} ${key.vkey}`);
    const named = this.#bundle.manifest?.logs.map(({ origin, vkey, from }) => `${from} ${origin} ${vkey}`) ?? found;
    if (named.join('\n') !== found.join('\n')) this.#report.tampered('The manifest names other keys than the entries that begin epochs.');
    const known = new Set(this.#trust.logs.map(({ vkey }) => vkey));
    for (const { from, key } of epochs) {
      if (known.delete(key.vkey)) continue;
      this.#report.unproven(`That ${key.name} (from entry ${from}) is the log you mean rests on the bundle alone; its key is ${key.vkey}`);
    }
    for (const vkey of known)
      this.#report.tampered(`The log was never signed by the key you know it by, ${vkey}: it is another log, or it was replaced.`);
  }

  /** Each epoch but the first names what the one before had reached, and that must be in this tree. */
  #checkEpochs(epochs: readonly Epoch[], tree: Tree): void {
    for (const [i, { from, previous }] of epochs.entries()) {
      const before = epochs[i - 1];
      if (before === undefined) {
        if (previous !== null)
          this.#report.unproven(`The log says that it follows ${previous.origin}, which is another tree and not in this bundle.`);
        continue;
      }
      if (previous?.origin !== before.key.name) throw new Malformed(`entry ${from} begins an epoch after another than the one before it`);
      if (previous.checkpoint === null) continue;
      const stamp = this.#readStamp(`the checkpoint of the epoch before in entry ${from}`, Buffer.from(previous.checkpoint));
      if (stamp !== null) this.#checkStamp(stamp, from, epochs, tree);
    }
  }

  /** Whether a checkpoint is the log's own, by the key of its epoch, and one of this tree. `size`: what the tree may have at most. */
  #checkStamp(stamp: Stamp, size: number, epochs: readonly Epoch[], tree: Tree): boolean {
    const { what, root } = stamp;
    const { key } = epochs.findLast(({ from }) => from < stamp.size) ?? epochs[0]!;
    const note = openNote(stamp.note, [key]);
    if (!('verified' in note) || note.verified.length === 0 || stamp.origin !== key.name) {
      this.#report.tampered(
        `${what} (${stamp.origin}, ${stamp.size} entries) is not signed by the log's key of that time: it is another log's, or this one was replaced or set back.`,
      );
      return false;
    }
    if (stamp.size > size) {
      this.#report.tampered(
        `${what} proves ${stamp.size} entries, and here are only ${size}: entries were cut off, unless this was exported before it.`,
      );
      return false;
    }
    const holds = tree.holds(stamp.size, root);
    if (holds === false)
      this.#report.tampered(`${what} (${stamp.size} entries) has another root than this log: entries before it were changed.`);
    if (holds === null) {
      // The log's own stamps without a proof say nothing; what the auditor brought, or a witness signed, was to be compared.
      if (stamp.isForeign || stamp.isCountersigned) this.#isAllCompared = false;
      this.#report.unproven(`${what} (${stamp.size} entries) could not be compared: that needs a bundle of the whole log.`);
    }
    return holds === true;
  }

  /** A receipt whose checkpoint is one of this log: is its entry the one in the bundle? */
  #checkReceipt(file: string, { index, hashes }: Proof, { size, root }: Stamp, tree: Tree): void {
    if (index >= size) throw new Malformed(`${file} is a receipt for an entry beyond its own checkpoint`);
    const leaf = tree.leafAt(index);
    if (leaf === null) {
      this.#isAllCompared = false;
      this.#report.unproven(`Entry ${index}, for which ${file} was given, is not in this bundle.`);
    } else if (!verifyInclusion(leaf, index, size, hashes, root)) {
      this.#report.tampered(`Entry ${index} is not the one for which ${file} was given.`);
    } else {
      this.#report.proven(
        `Entry ${index} is the one for which ${file} was given, and the log still holds all ${size} entries that it had then.`,
      );
    }
  }
}

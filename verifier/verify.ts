/** One verification from beginning to end. Reads in the order in which an auditor would ask. */
import { Bundle } from './bundle.ts';
import { Entries, type Epoch } from './entries.ts';
import { readPlainFile } from './files.ts';
import { verifyInclusion } from './merkle.ts';
import { openNote, parseProof } from './note.ts';
import { Malformed, Report } from './report.ts';
import { openSource } from './source.ts';
import { Clock, readStamp, type Stamp, type Trust } from './stamps.ts';
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
    const bundle = this.#bundle;
    const newest = this.#readStamp('checkpoint', bundle.read('checkpoint', MAX_NOTE_BYTES));
    if (newest === null) throw new Malformed('without its newest checkpoint nothing is known of the log');
    if (newest.size === 0) throw new Malformed('the log is empty');
    const receipts = kept.receipts.map((file) => ({ file, ...parseProof(readPlainFile(file, MAX_NOTE_BYTES), file) }));
    const others = [
      ...bundle.paths('checkpoints/').map((path) => this.#readStored(path)),
      ...kept.checkpoints.map((file) => this.#readStamp(file, readPlainFile(file, MAX_NOTE_BYTES), true)),
      ...receipts.map(({ file, checkpoint }) => this.#readStamp(`the checkpoint in ${file}`, checkpoint, true)),
    ];
    const stamps = [newest, ...others.filter((stamp) => stamp !== null)];
    const { entries, tree } = this.#readLog(newest, stamps);
    entries.finish();
    const { epochs } = entries;
    if (epochs[0] === undefined) throw new Malformed('no entry says whose log this is');
    if (bundle.manifest !== null) this.#checkManifest(newest, epochs);
    this.#checkEpochs(epochs, tree);
    const held = stamps.filter((stamp) => this.#checkStamp(stamp, newest.size, epochs, tree));
    for (const { file, index, hashes } of receipts) {
      const stamp = stamps.find(({ what }) => what === `the checkpoint in ${file}`);
      if (stamp !== undefined) this.#checkReceipt(file, index, hashes, stamp, tree, held.includes(stamp));
    }
    this.#tell(newest, held, entries);
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

  #readLog(newest: Stamp, stamps: readonly Stamp[]): { entries: Entries; tree: Tree } {
    const { manifest } = this.#bundle;
    // With all tiles a stamp that does not fit is tampering, so none has to be left aside here.
    const isUsable = ({ size, root }: Stamp): boolean =>
      size <= newest.size &&
      (hasTiles || size === newest.size || this.#bundle.has(`consistency/${size}-${newest.size}`)) &&
      root.length === 32;
    const hasTiles = this.#bundle.paths('tile/').length > 0;
    const entries = new Entries(this.#bundle, new Clock(stamps.filter(isUsable), this.#trust.quorum), this.#report);
    if (!hasTiles && manifest === null) throw new Malformed('there is neither a manifest nor a tile: this is no evidence of a log');
    if (!hasTiles) return { entries, tree: readProvenEntries(this.#bundle, newest, this.#report, entries.see) };
    if (manifest !== null && (manifest.scope.from !== 0 || manifest.scope.to !== newest.size - 1))
      throw new Malformed('there are tiles, but the scope is not the whole log');
    return { entries, tree: readTiles(this.#bundle, newest.size, this.#report, entries.see) };
  }

  /** The manifest must agree with the log, and be signed by its newest key. */
  #checkManifest(newest: Stamp, epochs: readonly Epoch[]): void {
    const manifest = this.#bundle.manifest!;
    const isSame = manifest.size === newest.size && manifest.root.equals(newest.root) && manifest.origin === newest.origin;
    if (!isSame) this.#report.tampered('The manifest names another origin, size or root than the newest checkpoint.');
    const named = manifest.logs.map(({ origin, vkey, from }) => `${from} ${origin} ${vkey}`);
    const found = epochs.map(({ from, key }) => `${from} ${key.name} ${key.vkey}`);
    if (named.join('\n') !== found.join('\n'))
      throw new Malformed("the manifest's list of keys is not that of the entries which begin epochs");
    const { key } = epochs.at(-1)!;
    const note = openNote(this.#bundle.read('manifest.note', MAX_NOTE_BYTES), [key]);
    if ('problem' in note && note.problem !== 'invalid-signature') throw new Malformed('manifest.note is not a signed note');
    const isSigned = 'text' in note && note.verified.length > 0 && note.text === `outpost-evidence/1\nsha256 ${manifest.sha256}\n`;
    if (!isSigned) this.#report.tampered("manifest.json is not what the log's key signed in manifest.note.");
    else
      this.#report.proven(`What is in the bundle is what the holder of the log's key put there (${manifest.files.size} files, by digest).`);
  }

  /** Each epoch but the first names what the one before had reached, and that must be in this tree. */
  #checkEpochs(epochs: readonly Epoch[], tree: Tree): void {
    if (epochs[0]!.from !== 0) throw new Malformed('the entry that begins the log is not in the bundle');
    for (const [i, { from, key, previous }] of epochs.entries()) {
      if (!this.#trust.logs.some(({ vkey }) => vkey === key.vkey)) {
        this.#report.unproven(
          `That ${key.name} (from entry ${from}) is the log you mean rests on the bundle alone; its key is ${key.vkey}`,
        );
      }
      const before = epochs[i - 1];
      if (before === undefined) {
        if (previous !== null)
          this.#report.unproven(`The log says that it follows ${previous.origin}, which is another tree and not in this bundle.`);
        continue;
      }
      if (previous?.origin !== before.key.name) throw new Malformed(`entry ${from} begins an epoch after another than the one before it`);
      if (previous.checkpoint === null) continue;
      const what = `the checkpoint of the epoch before in entry ${from}`;
      const stamp = this.#readStamp(what, Buffer.from(previous.checkpoint));
      if (stamp !== null) this.#checkStamp(stamp, from, epochs, tree);
    }
    const strangers = this.#trust.logs.filter(({ vkey }) => !epochs.some(({ key }) => key.vkey === vkey));
    for (const { vkey } of strangers)
      this.#report.tampered(`The log was never signed by the key you know it by, ${vkey}: it is another log, or it was replaced.`);
  }

  /** Whether a checkpoint is the log's own, by the key of its epoch, and one of this tree. `size`: what the tree may have at most. */
  #checkStamp(stamp: Stamp, size: number, epochs: readonly Epoch[], tree: Tree): boolean {
    const { what, root } = stamp;
    const { key } = epochs.findLast(({ from }) => from < stamp.size) ?? epochs[0]!;
    const note = openNote(stamp.note, [key]);
    if (!('verified' in note) || note.verified.length === 0 || stamp.origin !== key.name) {
      this.#report.tampered(
        `${what} (${stamp.origin}, ${stamp.size} entries) is not signed by the log's key of that time: it is another log's, or this one was replaced.`,
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

  #checkReceipt(file: string, index: number, hashes: Buffer[], { size, root }: Stamp, tree: Tree, isHeld: boolean): void {
    const leaf = tree.leafAt(index);
    if (index >= size) throw new Malformed(`${file} is a receipt for an entry beyond its own checkpoint`);
    if (leaf === null) {
      this.#isAllCompared = false;
      this.#report.unproven(`Entry ${index}, for which ${file} was given, is not in this bundle.`);
    } else if (!verifyInclusion(leaf, index, size, hashes, root)) {
      this.#report.tampered(`Entry ${index} is not the one for which ${file} was given.`);
    } else if (isHeld) {
      this.#report.proven(
        `Entry ${index} is the one for which ${file} was given, and the log still holds all ${size} entries that it had then.`,
      );
    }
  }

  /** The summary, in the words of the report. */
  #tell(newest: Stamp, held: readonly Stamp[], entries: Entries): void {
    const { counts, times, replays, epochs } = entries;
    const { manifest } = this.#bundle;
    const { quorum, witnesses } = this.#trust;
    const report = this.#report;
    const best = held.filter(({ isCountersigned }) => isCountersigned).toSorted((a, b) => b.size - a.size)[0];
    const countersigned = best?.size ?? 0;
    const tail = newest.size - countersigned;
    const rest = this.#bundle.readRest();
    Object.assign(report.facts, {
      evidence: manifest === null ? 'tiles' : 'bundle',
      origin: newest.origin,
      size: newest.size,
      root: newest.root.toString('base64'),
      logs: epochs.map(({ from, key }) => ({
        origin: key.name,
        vkey: key.vkey,
        from,
        pinned: this.#trust.logs.some(({ vkey }) => vkey === key.vkey),
      })),
      countersigned,
      tail,
      quorum,
      witnesses: best?.witnesses ?? [],
      checkpoints: held.length,
      scope: manifest?.scope ?? { from: 0, to: newest.size - 1 },
      ...counts,
      times,
      replay: manifest === null ? null : replays,
    });
    const isWhole = this.#bundle.paths('tile/').length > 0;
    report.proven(`The log ${newest.origin} has ${newest.size} entries and the root ${newest.root.toString('base64')}, signed by its key.`);
    if (isWhole) report.proven(`All ${counts.read} entries that are here were hashed again and give that root.`);
    else report.proven(`${counts.read} entries are in that tree, each by a proof of its own.`);
    if (held.length > 1) report.proven(`${held.length - 1} other checkpoints fit the same tree: nothing before them was changed.`);
    if (best !== undefined) {
      const names = best.witnesses.map(({ name, time }) => `${name} at ${new Date(time * 1000).toISOString()}`).join(', ');
      report.proven(`Entries 0 to ${countersigned - 1} are countersigned (${names}; ${quorum} of ${witnesses.length} needed).`);
    }
    for (const { seq, wall, notBefore, notAfter } of times) {
      const bounds = [notBefore === null ? null : `after ${notBefore}`, notAfter === null ? null : `before ${notAfter}`].filter(
        (each) => each !== null,
      );
      if (bounds.length > 0) report.proven(`The decision in entry ${seq} was made ${bounds.join(' and ')}; the PC's clock said ${wall}.`);
      else report.unproven(`When the decision in entry ${seq} was made: the PC's clock said ${wall}, and no witness bounds it.`);
    }
    if (counts.opened > 0) report.proven(`${counts.opened} sealed parts open under keys that their entries are committed to.`);
    this.#tellLimits(entries, isWhole, tail, rest);
    if (tail === 0 && this.#isAllCompared) report.allIsCountersigned();
  }

  #tellLimits({ counts, replays }: Entries, isWhole: boolean, tail: number, rest: number): void {
    const { manifest } = this.#bundle;
    const say = (count: number, line: string): void => (count > 0 ? this.#report.unproven(line) : undefined);
    say(
      tail,
      `The last ${tail} entries are an unwitnessed tail${this.#trust.witnesses.length === 0 ? ': you named no witness (--witness)' : ''}. Who holds the log's key can rewrite them.`,
    );
    say(counts.withheld, `${counts.withheld} entries are withheld: that they are in the log is all that can be said of them.`);
    say(counts.sealed, `${counts.sealed} sealed parts stay closed: redacted from this bundle, or erased.`);
    say(counts.strangeAnchors, `${counts.strangeAnchors} entries name a checkpoint as older than themselves that is not in this bundle.`);
    say(counts.outside, `The PC's clock said times outside what the witnesses bound for ${counts.outside} entries.`);
    say(
      counts.halfBounded + counts.unbounded,
      `${counts.halfBounded} entries are bounded in time on one side only, ${counts.unbounded} on none.`,
    );
    say(rest, `${rest} further files are what was exported; nothing else is known of them here.`);
    if (!isWhole)
      this.#report.unproven(
        'Entries outside the scope were not looked at, and whether all epochs are listed cannot be told from a part of the log.',
      );
    if (manifest === null) return;
    const { same, erased, different, impossible } = replays;
    this.#report.unproven(
      `Scores were not computed again here. The exporter says: ${same} decisions replay the same, ${erased} the same with the subject erased, ${different} differently, ${impossible} not at all.`,
    );
    this.#report.unproven(
      `Who exported (${manifest.by.account}, ${manifest.by.role}) and when (${manifest.made}) are the exporter's own words.`,
    );
  }
}

/** Checkpoints as stamps of time: who countersigned them when, and what that says of an entry. */
import { hash } from 'node:crypto';
import { type Checkpoint, type Key, openNote, parseCheckpoint } from './note.ts';
import { Malformed, type Report } from './report.ts';

/** Whom the person at the keyboard trusts; nothing of it comes from the bundle. */
export interface Trust {
  /** Keys that the log is known by. */
  logs: readonly Key[];
  witnesses: readonly Key[];
  /** How many of the witnesses must have countersigned: fewer than that may lie or be broken. */
  quorum: number;
}

export interface Stamp extends Checkpoint {
  /** Where it came from, for messages. */
  what: string;
  note: Buffer;
  /** Of the note: the name by which entries anchor to it. */
  sha256: string;
  /** Known witnesses that countersigned, with their clocks in Unix seconds. */
  witnesses: { name: string; time: number }[];
  isCountersigned: boolean;
  /** No bundle vouches for it: it was kept elsewhere. */
  isForeign: boolean;
}

/** Reads a checkpoint with the witnesses' signatures; null, and reported, when one of those does not hold. Throws `Malformed`. */
export function readStamp(what: string, note: Buffer, { witnesses, quorum }: Trust, report: Report, isForeign = false): Stamp | null {
  const opened = openNote(note, witnesses);
  if ('problem' in opened) {
    if (opened.problem !== 'invalid-signature') throw new Malformed(`${what} is not a signed note`);
    report.tampered(`${what} bears a known witness's signature that does not hold.`);
    return null;
  }
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === null) throw new Malformed(`${what} is a note, but not a checkpoint`);
  const signed = opened.verified.map(({ key, time }) => ({ name: key.name, time: time! }));
  const isCountersigned = quorum > 0 && signed.length >= quorum;
  return { ...checkpoint, what, note, sha256: hash('sha256', note, 'hex'), witnesses: signed, isCountersigned, isForeign };
}

/**
 * Bounds on when entries were made. Fewer witnesses than the quorum may lie, so of any `quorum` times one is true: the entry is later than
 * the quorum-th latest of its anchor's times, and earlier than the quorum-th earliest of any checkpoint's that covers it.
 */
export class Clock {
  readonly #anchors: ReadonlyMap<string, Stamp>;
  readonly #covering: { size: number; time: number }[];
  readonly #quorum: number;

  constructor(stamps: readonly Stamp[], quorum: number) {
    this.#quorum = quorum;
    this.#anchors = new Map(stamps.map((stamp) => [stamp.sha256, stamp]));
    const signed = stamps.filter(({ isCountersigned }) => isCountersigned).toSorted((a, b) => b.size - a.size);
    // From the largest down, the earliest time so far: a larger checkpoint covers what a smaller one does.
    let time = Number.POSITIVE_INFINITY;
    this.#covering = signed.map((stamp) => {
      time = Math.min(time, this.#times(stamp)[quorum - 1]!);
      return { size: stamp.size, time };
    });
    this.#covering.reverse();
  }

  /** The checkpoint that an entry is anchored to, if it is at hand. */
  anchor(sha256: string): Stamp | undefined {
    return this.#anchors.get(sha256);
  }

  /** Unix seconds; null: not bounded on that side. */
  interval(seq: number, anchor: string | null): { notBefore: number | null; notAfter: number | null } {
    const stamp = anchor === null ? undefined : this.#anchors.get(anchor);
    const notBefore = stamp?.isCountersigned ? this.#times(stamp).at(-this.#quorum)! : null;
    let [low, high] = [0, this.#covering.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#covering[middle]!.size > seq) high = middle;
      else low = middle + 1;
    }
    return { notBefore, notAfter: this.#covering[low]?.time ?? null };
  }

  #times({ witnesses }: Stamp): number[] {
    return witnesses.map(({ time }) => time).sort((a, b) => a - b);
  }
}

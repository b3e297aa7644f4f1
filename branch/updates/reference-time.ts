/**
 * The time that expiry is measured against: the latest of the PC's clock, the build's date and the moments that verified timestamps say they were
 * signed at (`x_issued`). A clock that is behind then cannot make expired metadata young again. The PC's own time is never kept: one wrong day in
 * the future would lock updates out for ever.
 *
 * A moment that was verified is kept with the ids of the keys that may sign timestamps, and counts while they are the same: whoever stole such a key
 * could sign a moment far ahead, and new keys (a new root) must be the way back, as for fast-forwarded versions (TUF 5.3.11). How far ahead is bounded
 * in any case: at that moment targets, signed offline, must not have expired, or the refresh fails as a whole and nothing is kept.
 */
import type { Metadata, Root, Timestamp } from '@tufjs/models';
import { issuedOf } from './chain.ts';

export interface Times {
  /** Milliseconds since 1970. */
  now: number;
  buildDate: number;
}

/** Keys that may sign timestamps under this root, as one text. */
const keysOf = (root: Metadata<Root>): string => [...(root.signed.roles.timestamp?.keyIDs ?? [])].sort().join(' ');

export class ReferenceTime {
  readonly #times: Times;
  /** What was kept by earlier refreshes. */
  readonly #kept: { keys: string; issued: number } | null;
  #seen = { keys: '', issued: 0 };

  constructor(times: Times, kept: string | null) {
    this.#times = times;
    this.#kept = parseKept(kept);
  }

  /** Milliseconds since 1970. @param timestamp one that was verified under this root; null: none yet */
  at(root: Metadata<Root>, timestamp: Metadata<Timestamp> | null): number {
    return Math.max(this.#times.now, this.#times.buildDate, this.#issued(root, timestamp));
  }

  /** To be kept for the next time. */
  text(root: Metadata<Root>, timestamp: Metadata<Timestamp>): string {
    return `${this.#issued(root, timestamp)} ${keysOf(root)}`;
  }

  #issued(root: Metadata<Root>, timestamp: Metadata<Timestamp> | null): number {
    const keys = keysOf(root);
    const before = Math.max(this.#kept?.keys === keys ? this.#kept.issued : 0, this.#seen.keys === keys ? this.#seen.issued : 0);
    this.#seen = { keys, issued: Math.max(before, (timestamp === null ? null : issuedOf(timestamp)) ?? 0) };
    return this.#seen.issued;
  }
}

function parseKept(text: string | null): { keys: string; issued: number } | null {
  const [, issued, keys] = /^(\d{1,15}) ([0-9a-f ]*)$/.exec(text ?? '') ?? [];
  return issued === undefined || keys === undefined ? null : { issued: Number(issued), keys };
}

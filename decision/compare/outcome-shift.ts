/** What becomes of the same people under two ways of deciding: counts by pair of outcomes, of all and by monitored group. Holds counts, nobody's data. */
import type { Answer } from '../../contract/application.ts';
import type { Outcome } from '../../contract/policy.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { type MonitoredTrait, monitoredTraits, NOT_STATED } from './monitored-groups.ts';
import { hideSmallCells } from './small-cells.ts';

const OUTCOMES: readonly Outcome[] = ['approve', 'refer', 'decline'];
const PAIRS: readonly (readonly [Outcome, Outcome])[] = OUTCOMES.flatMap((before) => OUTCOMES.map((after) => [before, after] as const));

export interface OutcomePair {
  before: Outcome;
  after: Outcome;
  /** null: too few to be shown. */
  count: number | null;
}

export interface GroupShift {
  /** Field of the protected trait. */
  trait: string;
  group: string;
  /** null: too few to be shown, here and below. */
  compared: number | null;
  approvedBefore: number | null;
  approvedAfter: number | null;
  pairs: OutcomePair[];
}

export interface ShiftReport {
  compared: number;
  decidedOtherwise: number;
  /** Every pair, also those that nobody is in. */
  pairs: (OutcomePair & { count: number })[];
  groups: GroupShift[];
  /** Groups of protected traits that have too few people to be shown. */
  hiddenGroups: number;
}

export class OutcomeShift {
  readonly #traits: readonly MonitoredTrait[];
  readonly #all = PAIRS.map(() => 0);
  /** By trait, in the product's order, then by group. */
  readonly #groups: readonly Map<string, number[]>[];

  constructor(product: ProductDefinition) {
    this.#traits = monitoredTraits(product);
    this.#groups = this.#traits.map(() => new Map());
  }

  add(before: Outcome, after: Outcome, traits: Readonly<Record<string, Answer>>): void {
    const pair = OUTCOMES.indexOf(before) * OUTCOMES.length + OUTCOMES.indexOf(after);
    this.#all[pair]! += 1;
    for (const [i, { field, groupOf }] of this.#traits.entries()) {
      const group = groupOf(Object.hasOwn(traits, field) ? (traits[field] ?? null) : null);
      const groups = this.#groups[i]!;
      let counts = groups.get(group);
      if (counts === undefined) {
        counts = PAIRS.map(() => 0);
        groups.set(group, counts);
      }
      counts[pair]! += 1;
    }
  }

  report(): ShiftReport {
    const groups = this.#traits.flatMap(({ field }, i) => groupsOf(field, this.#groups[i]!));
    const shown = groups.filter(({ compared }) => compared !== null);
    return {
      compared: sum(this.#all),
      decidedOtherwise: sum(this.#all.filter((_, i) => PAIRS[i]![0] !== PAIRS[i]![1])),
      pairs: PAIRS.map(([before, after], i) => ({ before, after, count: this.#all[i]! })),
      groups: shown,
      hiddenGroups: groups.length - shown.length,
    };
  }
}

function groupsOf(trait: string, counts: ReadonlyMap<string, readonly number[]>): GroupShift[] {
  // Where nobody was asked, there are no groups to compare.
  if (counts.size === 1 && counts.has(NOT_STATED)) return [];
  const names = [...counts.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const shown = hideSmallCells(names.map((name) => [...counts.get(name)!, sum(counts.get(name)!)]));
  return names.map((group, i) => {
    const pairs = PAIRS.map(([before, after], pair): OutcomePair => ({ before, after, count: shown[i]![pair]! }));
    return {
      trait,
      group,
      compared: shown[i]!.at(-1)!,
      approvedBefore: sumShown(pairs.filter(({ before }) => before === 'approve')),
      approvedAfter: sumShown(pairs.filter(({ after }) => after === 'approve')),
      pairs,
    };
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** A sum over a hidden cell would give it away. */
function sumShown(pairs: readonly OutcomePair[]): number | null {
  return pairs.reduce<number | null>((total, { count }) => (total === null || count === null ? null : total + count), 0);
}

/**
 * Exact interventional Shapley values of one tree by lookup. All that a leaf needs to know of an applicant is which of the k players on
 * its path satisfy all their tests: one of 2^k patterns. For each pattern the sum over the background rows is made once, at load:
 * with S the applicant's pattern and B a background row's, a mix of the two reaches the leaf only where S ∪ B is the whole path; then each
 * player of X = S∖B receives +v·(a-1)!·c!/(a+c)! and each of N = B∖S gives v·a!·(c-1)!/(a+c)!, where a = |X| and c = |N|.
 */
import type { TreeContributions } from './plain-trees.ts';
import type { Leaf, TreeShape } from './tree-shape.ts';

/** Paths with more players than this make tables too large; such trees are explained in the plain form. */
const MAX_PLAYERS = 10;

/** What a tree's tables take, in numbers; Infinity where a path is too long for them. */
export function tableSize({ leaves }: TreeShape): number {
  return leaves.reduce((sum, { path }) => {
    const players = new Set(path.map(({ player }) => player)).size;
    return sum + (players > MAX_PLAYERS ? Number.POSITIVE_INFINITY : players * 2 ** players);
  }, 0);
}

const factorial = Array.from({ length: 2 * MAX_PLAYERS + 1 }, (_, n) =>
  Array.from({ length: n }, (_unused, i) => i + 1).reduce((a, b) => a * b, 1),
);

function bitsOf(pattern: number): number {
  let count = 0;
  for (let rest = pattern; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Adds what one background pattern gives, in `weight` of all background rows, to every applicant pattern that can meet it. */
function addBackground(table: Float64Array, k: number, background: number, weight: number): void {
  const others = ((1 << k) - 1) & ~background;
  const a = bitsOf(others);
  // Every subset of the background's own players, together with all others, completes the path.
  for (let shared = background; ; shared = (shared - 1) & background) {
    const applicant = others | shared;
    const c = bitsOf(background & ~applicant);
    const gain = a > 0 ? (weight * factorial[a - 1]! * factorial[c]!) / factorial[a + c]! : 0;
    const loss = c > 0 ? (weight * factorial[a]! * factorial[c - 1]!) / factorial[a + c]! : 0;
    for (let j = 0; j < k; j++) {
      const bit = 1 << j;
      if (others & bit) table[applicant * k + j]! += gain;
      else if ((applicant & bit) === 0) table[applicant * k + j]! -= loss;
    }
    if (shared === 0) return;
  }
}

/** A leaf's table: 2^k rows of k numbers, by the applicant's pattern of the path's players. */
function tableOf({ value, path }: Leaf, players: readonly number[], background: readonly Uint8Array[]): Float64Array {
  const k = players.length;
  const counts = new Map<number, number>();
  for (const passed of background) {
    let pattern = (1 << k) - 1;
    for (const { test, passed: wanted, player } of path) if ((passed[test] === 1) !== wanted) pattern &= ~(1 << players.indexOf(player));
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  const table = new Float64Array(k << k);
  for (const [pattern, count] of counts) addBackground(table, k, pattern, (value * count) / background.length);
  return table;
}

/**
 * All leaves in flat arrays, because this is the inner loop of explaining. Path step s belongs to the leaf with `firstStep[leaf] <= s <
 * firstStep[leaf + 1]`; where the answer to `test[s]` is `fails[s]`, its player does not satisfy the path and loses `bit[s]`.
 */
interface FlatLeaves {
  firstStep: Int32Array;
  test: Uint16Array;
  fails: Uint8Array;
  bit: Int32Array;
  /** Players of leaf l: `player[firstPlayer[l]]` and on, as indices among the tree's. */
  firstPlayer: Int32Array;
  player: Uint16Array;
  firstNumber: Int32Array;
  tables: Float64Array;
}

function flatten({ leaves, players: treePlayers }: TreeShape, background: readonly Uint8Array[]): FlatLeaves {
  const starts = { step: [0], player: [0], number: [0] };
  const flat = { test: [] as number[], fails: [] as number[], bit: [] as number[], player: [] as number[] };
  const tables: Float64Array[] = [];
  let numbers = 0;
  for (const leaf of leaves) {
    const own = [...new Set(leaf.path.map(({ player }) => player))];
    for (const { test, passed, player } of leaf.path) {
      flat.test.push(test);
      flat.fails.push(passed ? 0 : 1);
      flat.bit.push(1 << own.indexOf(player));
    }
    for (const player of own) flat.player.push(treePlayers.indexOf(player));
    const table = tableOf(leaf, own, background);
    tables.push(table);
    numbers += table.length;
    starts.step.push(flat.test.length);
    starts.player.push(flat.player.length);
    starts.number.push(numbers);
  }
  const joined = new Float64Array(numbers);
  tables.forEach((table, i) => {
    joined.set(table, starts.number[i]!);
  });
  return {
    firstStep: Int32Array.from(starts.step),
    test: Uint16Array.from(flat.test),
    fails: Uint8Array.from(flat.fails),
    bit: Int32Array.from(flat.bit),
    firstPlayer: Int32Array.from(starts.player),
    player: Uint16Array.from(flat.player),
    firstNumber: Int32Array.from(starts.number),
    tables: joined,
  };
}

/** @param background the answers of each background row to the tree's tests */
export function compileLeafTables(shape: TreeShape, background: readonly Uint8Array[]): TreeContributions {
  const { firstStep, test, fails, bit, firstPlayer, player, firstNumber, tables } = flatten(shape, background);
  const leaves = shape.leaves.length;
  return (passed, into, at) => {
    for (let leaf = 0; leaf < leaves; leaf++) {
      const from = firstPlayer[leaf]!;
      const k = firstPlayer[leaf + 1]! - from;
      let pattern = (1 << k) - 1;
      const end = firstStep[leaf + 1]!;
      for (let step = firstStep[leaf]!; step < end; step++) if (passed[test[step]!] === fails[step]) pattern &= ~bit[step]!;
      const row = firstNumber[leaf]! + pattern * k;
      for (let j = 0; j < k; j++) into[at + player[from + j]!]! += tables[row + j]!;
    }
  };
}

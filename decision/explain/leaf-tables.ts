/**
 * Exact interventional Shapley values of one tree by lookup. All that a leaf needs to know of an applicant is which of the k players on
 * its path satisfy all their tests: one of 2^k patterns. For each pattern the sum over the background rows is made once, at load:
 * with S the applicant's pattern and B a background row's, a mix of the two reaches the leaf only where S ∪ B is the whole path; then each
 * player of X = S∖B receives +v·(a-1)!·c!/(a+c)! and each of N = B∖S gives v·a!·(c-1)!/(a+c)!, where a = |X| and c = |N|.
 */
import type { Leaf, TreeShape } from './tree-shape.ts';

/** Adds a tree's contributions, in the order of its players, to `into` from `at` on; `passed` holds the answers to its tests. */
export type TreeContributions = (passed: Uint8Array, into: Float64Array, at: number) => void;

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

/** A leaf whose path's players are numbered 0…k-1. */
interface CompiledLeaf {
  /** Index of each path player among the tree's players. */
  players: readonly number[];
  tests: readonly { test: number; passed: 0 | 1; bit: number }[];
  table: Float64Array;
}

function patternOf(tests: CompiledLeaf['tests'], players: number, passed: Uint8Array): number {
  let pattern = (1 << players) - 1;
  for (const { test, passed: wanted, bit } of tests) if (passed[test] !== wanted) pattern &= ~bit;
  return pattern;
}

/** Adds what one background pattern gives, in `weight` of all background rows, to every applicant pattern that can meet it. */
function addBackground(table: Float64Array, k: number, background: number, weight: number): void {
  const others = ((1 << k) - 1) & ~background;
  // Every subset of the background's own players, together with all others, completes the path.
  for (let shared = background; ; shared = (shared - 1) & background) {
    const applicant = others | shared;
    const a = bitsOf(others);
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

function compileLeaf({ value, path }: Leaf, treePlayers: Int32Array, background: readonly Uint8Array[]): CompiledLeaf {
  const own = [...new Set(path.map(({ player }) => player))];
  const tests = path.map(({ test, passed, player }) => ({
    test,
    passed: passed ? (1 as const) : (0 as const),
    bit: 1 << own.indexOf(player),
  }));
  const counts = new Map<number, number>();
  for (const passed of background) {
    const pattern = patternOf(tests, own.length, passed);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  const table = new Float64Array(own.length << own.length);
  for (const [pattern, count] of counts) addBackground(table, own.length, pattern, (value * count) / background.length);
  return { players: own.map((player) => treePlayers.indexOf(player)), tests, table };
}

/** @param background the answers of each background row to the tree's tests */
export function compileLeafTables(shape: TreeShape, background: readonly Uint8Array[]): TreeContributions {
  const leaves = shape.leaves.map((leaf) => compileLeaf(leaf, shape.players, background));
  return (passed, into, at) => {
    for (const { players, tests, table } of leaves) {
      const k = players.length;
      const row = patternOf(tests, k, passed) * k;
      for (let j = 0; j < k; j++) into[at + players[j]!]! += table[row + j]!;
    }
  };
}

/**
 * Exact interventional Shapley values of one leaf by lookup. All that a leaf needs to know of an applicant is which of the k players on
 * its path satisfy all their tests: one of 2^k patterns. For each pattern the sum over the background rows is made once, at load:
 * with S the applicant's pattern and B a background row's, a mix of the two reaches the leaf only where S ∪ B is the whole path; then each
 * player of X = S∖B receives +v·(a-1)!·c!/(a+c)! and each of N = B∖S gives v·a!·(c-1)!/(a+c)!, where a = |X| and c = |N|.
 * As S ∪ B is the whole path, X is all that the background row fails, and N is all that the applicant fails.
 */
import { shareOf } from './shares.ts';

/** Paths with more players than this make tables too large; such trees are explained in the plain form. */
export const MAX_PLAYERS = 10;

/** Shares by m·WIDTH + n; there is none of nobody. */
const WIDTH = MAX_PLAYERS + 1;
const SHARES = Float64Array.from({ length: WIDTH * WIDTH }, (_, i) => (i < WIDTH ? 0 : shareOf(Math.floor(i / WIDTH), i % WIDTH)));

/** The members of each set of up to `MAX_PLAYERS`, by the set's bits. Made when the first leaf asks for them: a start does not. */
let membersOf: readonly (readonly number[])[] = [];

function listMembers(): readonly (readonly number[])[] {
  const lists: number[][] = [[]];
  for (let j = 0; j < MAX_PLAYERS; j++) for (let set = 0, known = 1 << j; set < known; set++) lists.push([...lists[set]!, j]);
  return lists;
}

/**
 * @param value the leaf's; @param k how many players its path has, at most `MAX_PLAYERS`
 * @param background each background row's pattern: bit j is set where player j satisfies all tests of the path that ask about them
 * @returns 2^k rows of k contributions, by the applicant's pattern
 */
export function leafTable(value: number, k: number, background: readonly number[]): Float64Array {
  if (membersOf.length === 0) membersOf = listMembers();
  const whole = (1 << k) - 1;
  const counts = new Uint32Array(1 << k);
  for (const pattern of background) counts[pattern]!++;
  const table = new Float64Array(k << k);
  const losses = new Float64Array(1 << k);
  for (let pattern = 0; pattern < counts.length; pattern++) {
    if (counts[pattern] === 0) continue;
    const weight = (value * counts[pattern]!) / background.length;
    const failing = whole & ~pattern;
    const gaining = membersOf[failing]!;
    const a = gaining.length;
    // Every subset of what the background row satisfies, together with all that it fails, completes the path.
    for (let shared = pattern; ; shared = (shared - 1) & pattern) {
      const applicant = failing | shared;
      const c = k - membersOf[applicant]!.length;
      losses[applicant]! += weight * SHARES[c * WIDTH + a]!;
      const gain = weight * SHARES[a * WIDTH + c]!;
      for (const j of gaining) table[applicant * k + j]! += gain;
      if (shared === 0) break;
    }
  }
  for (let applicant = 0; applicant < losses.length; applicant++)
    for (const j of membersOf[whole & ~applicant]!) table[applicant * k + j] = -losses[applicant]!;
  return table;
}

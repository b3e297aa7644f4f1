/**
 * The plain form of the same values (Lundberg et al. 2020, interventional TreeSHAP): applicant and one background row walk the tree together
 * and part where their answers differ. Slower by the size of the background, but without tables, hence for trees of any depth.
 */
import type { TreeEnsemble } from '../ports.ts';
import { shareOf } from './shares.ts';
import { type Answers, type ExplainTrees, leafValue } from './tree-tests.ts';

/** @param roots the trees to explain; @param players the characteristic of each feature; @param background the answers of each row of it */
export function preparePlainTrees(
  trees: TreeEnsemble,
  roots: readonly number[],
  players: Int32Array,
  background: readonly Answers[],
): ExplainTrees {
  /** Whose answers a player gives on the present path: 0 undecided, 1 the applicant's, 2 the background row's. */
  const side = new Uint8Array(Math.max(-1, ...players) + 1);
  const applicants: number[] = [];
  const others: number[] = [];

  function reach(leaf: number, values: Float64Array): void {
    const value = trees.value[leaf]! / background.length;
    if (applicants.length > 0) {
      const gain = value * shareOf(applicants.length, others.length);
      for (const player of applicants) values[player]! += gain;
    }
    if (others.length > 0) {
      const loss = value * shareOf(others.length, applicants.length);
      for (const player of others) values[player]! -= loss;
    }
  }

  function walk(node: number, answers: Answers, compared: Answers, values: Float64Array): void {
    const feature = trees.feature[node]!;
    if (feature < 0) {
      reach(node, values);
      return;
    }
    const player = players[feature]!;
    const mine = answers[node] === 1 ? trees.whenTrue[node]! : trees.whenFalse[node]!;
    const theirs = compared[node] === 1 ? trees.whenTrue[node]! : trees.whenFalse[node]!;
    if (mine === theirs || side[player] === 1) walk(mine, answers, compared, values);
    else if (side[player] === 2) walk(theirs, answers, compared, values);
    else {
      side[player] = 1;
      applicants.push(player);
      walk(mine, answers, compared, values);
      applicants.pop();
      side[player] = 2;
      others.push(player);
      walk(theirs, answers, compared, values);
      others.pop();
      side[player] = 0;
    }
  }

  return (answers, values) => {
    let reached = 0;
    for (const root of roots) {
      reached += leafValue(trees, root, answers);
      for (const compared of background) walk(root, answers, compared, values);
    }
    return reached;
  };
}

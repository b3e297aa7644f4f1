/**
 * The plain form of the same values (Lundberg et al. 2020, interventional TreeSHAP): applicant and one background row walk the tree together
 * and part where their answers differ. Slower by the size of the background, but without tables, hence for trees of any depth.
 */
import type { TreeShape } from './tree-shape.ts';

/** Adds a tree's contributions, in the order of its players, to `into` from `at` on; `passed` holds the answers to its tests. */
export type TreeContributions = (passed: Uint8Array, into: Float64Array, at: number) => void;

/** (m-1)!·n!/(m+n)!, the share of each of m players in what they bring about against n others; by products, so that nothing overflows. */
function shareOf(m: number, n: number): number {
  let share = 1 / m;
  for (let i = 1; i <= n; i++) share *= i / (m + i);
  return share;
}

interface InnerNode {
  player: number;
  /** Next inner node by its index, or -1 - leaf. */
  whenTrue: number;
  whenFalse: number;
}

/** The tree's inner nodes by index, with players as indices among the tree's own. */
function linkNodes(shape: TreeShape): { nodes: InnerNode[]; start: number } {
  const nodes = shape.nodes.map((): InnerNode => ({ player: 0, whenTrue: 0, whenFalse: 0 }));
  shape.leaves.forEach(({ path }, leaf) => {
    path.forEach(({ test, passed, player }, i) => {
      const next = path[i + 1]?.test ?? -1 - leaf;
      const node = nodes[test]!;
      node.player = shape.players.indexOf(player);
      if (passed) node.whenTrue = next;
      else node.whenFalse = next;
    });
  });
  return { nodes, start: shape.nodes.length > 0 ? 0 : -1 };
}

/** @param background the answers of each background row to the tree's tests */
export function compilePlainTree(shape: TreeShape, background: readonly Uint8Array[]): TreeContributions {
  const { nodes, start } = linkNodes(shape);
  /** Whose answers a player gives on the present path: 0 undecided, 1 the applicant's, 2 the background row's. */
  const side = new Uint8Array(shape.players.length);
  const applicants: number[] = [];
  const others: number[] = [];
  return (passed, into, at) => {
    const reach = (leaf: number): void => {
      const value = shape.leaves[leaf]!.value / background.length;
      if (applicants.length > 0) {
        const gain = value * shareOf(applicants.length, others.length);
        for (const player of applicants) into[at + player]! += gain;
      }
      if (others.length > 0) {
        const loss = value * shareOf(others.length, applicants.length);
        for (const player of others) into[at + player]! -= loss;
      }
    };
    const walk = (from: number, compared: Uint8Array): void => {
      if (from < 0) {
        reach(-1 - from);
        return;
      }
      const { player, whenTrue, whenFalse } = nodes[from]!;
      const mine = passed[from] === 1 ? whenTrue : whenFalse;
      const theirs = compared[from] === 1 ? whenTrue : whenFalse;
      if (mine === theirs || side[player] === 1) walk(mine, compared);
      else if (side[player] === 2) walk(theirs, compared);
      else {
        side[player] = 1;
        applicants.push(player);
        walk(mine, compared);
        applicants.pop();
        side[player] = 2;
        others.push(player);
        walk(theirs, compared);
        others.pop();
        side[player] = 0;
      }
    };
    for (const compared of background) walk(start, compared);
  };
}

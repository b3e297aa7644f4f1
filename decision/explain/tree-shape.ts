/** One tree of an ensemble as the explanation needs it: its tests, its players, and each leaf with the tests that lead to it. */
import type { TreeEnsemble } from '../ports.ts';

export interface Leaf {
  value: number;
  /** Tests on the way from the root: index into the tree's `nodes`, the answer that leads here, and the player who answers. */
  path: readonly { test: number; passed: boolean; player: number }[];
}

export interface TreeShape {
  root: number;
  /** Inner nodes, as indices into the ensemble. */
  nodes: readonly number[];
  /** Characteristics that the tree asks about, each once. */
  players: Int32Array;
  leaves: readonly Leaf[];
}

/** @param players the characteristic of each feature */
export function shapeOf(trees: TreeEnsemble, root: number, players: Int32Array): TreeShape {
  const nodes: number[] = [];
  const leaves: Leaf[] = [];
  const asked = new Set<number>();
  const walk = (node: number, path: Leaf['path']): void => {
    const feature = trees.feature[node]!;
    if (feature < 0) {
      leaves.push({ value: trees.value[node]!, path });
      return;
    }
    const test = nodes.push(node) - 1;
    const player = players[feature]!;
    asked.add(player);
    walk(trees.whenTrue[node]!, [...path, { test, passed: true, player }]);
    walk(trees.whenFalse[node]!, [...path, { test, passed: false, player }]);
  };
  walk(root, []);
  return { root, nodes, players: Int32Array.from(asked), leaves };
}

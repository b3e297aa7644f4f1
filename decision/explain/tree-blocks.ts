/**
 * Cuts trees into blocks: subtrees so small that what their leaves give to every player can be kept in a table, by all that matters of an
 * applicant's answers. That is, for each player asked about above the block, whether all those tests lead here, and the answer to each test
 * of the block itself: the bits of the number of a row of the table.
 */
import type { TreeEnsemble } from '../ports.ts';
import { MAX_PLAYERS } from './leaf-table.ts';

/** Bits of a block of several leaves. Fewer make more blocks than a row should look up, more make tables that leave the cache. */
const MAX_BITS = 8;

/** A test on the way from the root, and the answer that leads on. */
interface Step {
  node: number;
  answer: 0 | 1;
}

/** A leaf of a block. */
export interface BlockLeaf {
  value: number;
  /** Who must satisfy what for the leaf to be reached: of the bits `asked`, exactly `set` are. */
  conditions: readonly { player: number; asked: number; set: number }[];
}

export interface Block {
  /** Bit `bit` is set where any of its tests has not the given answer. */
  steps: readonly (Step & { bit: number })[];
  bits: number;
  /** Characteristics that the block and the way to it ask about, each once. */
  players: readonly number[];
  leaves: readonly BlockLeaf[];
}

interface Path {
  leaf: number;
  steps: readonly Step[];
}

/** Numbers in a row of a block's table: the value of the leaf if one of the block's is reached, then what each of its players receives. */
export const widthOf = ({ players }: Block): number => 1 + players.length;

/** What a block's table takes, in numbers. */
export const tableSize = (block: Block): number => widthOf(block) << block.bits;

/** How much of `room` a subtree's tests leave; negative, without counting on, where there are more. */
function roomAfter(trees: TreeEnsemble, top: number, room: number): number {
  if (trees.feature[top]! < 0) return room;
  if (room <= 0) return -1;
  const left = roomAfter(trees, trees.whenTrue[top]!, room - 1);
  return left < 0 ? left : roomAfter(trees, trees.whenFalse[top]!, left);
}

function pathsFrom({ feature, whenTrue, whenFalse }: TreeEnsemble, top: number): Path[] {
  const paths: Path[] = [];
  const walk = (node: number, steps: readonly Step[]): void => {
    if (feature[node]! < 0) {
      paths.push({ leaf: node, steps });
      return;
    }
    walk(whenTrue[node]!, [...steps, { node, answer: 1 }]);
    walk(whenFalse[node]!, [...steps, { node, answer: 0 }]);
  };
  walk(top, []);
  return paths;
}

/**
 * @param players the characteristic of each feature; @param room what the tree's blocks may take, in numbers
 * @returns the blocks of one tree and what they take, or null where that is more than `room` or a path asks about more than `MAX_PLAYERS`
 */
export function cutTree(trees: TreeEnsemble, root: number, players: Int32Array, room: number): { blocks: Block[]; size: number } | null {
  const blocks: Block[] = [];
  let size = 0;
  const playerAt = (node: number): number => players[trees.feature[node]!]!;

  function toBlock(top: number, way: readonly Step[], above: readonly number[]): Block {
    const paths = pathsFrom(trees, top);
    const own = [...new Set(paths.flatMap(({ steps }) => steps.map(({ node }) => node)))];
    const steps = way.map((step) => ({ ...step, bit: above.indexOf(playerAt(step.node)) }));
    const leaves = paths.map(({ leaf, steps: inside }) => {
      const conditions = new Map(above.map((player, bit) => [player, { player, asked: 1 << bit, set: 0 }]));
      for (const { node, answer } of inside) {
        const player = playerAt(node);
        const bit = 1 << (above.length + own.indexOf(node));
        const { asked, set } = conditions.get(player) ?? { asked: 0, set: 0 };
        conditions.set(player, { player, asked: asked | bit, set: answer === 1 ? set : set | bit });
      }
      return { value: trees.value[leaf]!, conditions: [...conditions.values()] };
    });
    return {
      steps: [...steps, ...own.map((node, i) => ({ node, answer: 1 as const, bit: above.length + i }))],
      bits: above.length + own.length,
      players: [...new Set([...above, ...own.map(playerAt)])],
      leaves,
    };
  }

  function cut(top: number, way: readonly Step[]): boolean {
    const above = [...new Set(way.map(({ node }) => playerAt(node)))];
    if (above.length > MAX_PLAYERS) return false;
    const isLeaf = trees.feature[top]! < 0;
    if (!isLeaf && roomAfter(trees, top, MAX_BITS - above.length) < 0)
      return (
        cut(trees.whenTrue[top]!, [...way, { node: top, answer: 1 }]) && cut(trees.whenFalse[top]!, [...way, { node: top, answer: 0 }])
      );
    const block = toBlock(top, way, above);
    blocks.push(block);
    size += tableSize(block) + block.steps.length;
    return size <= room;
  }
  return cut(root, []) ? { blocks, size } : null;
}

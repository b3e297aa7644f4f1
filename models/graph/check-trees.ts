/**
 * What the runtime does not check: a node that points back to an ancestor loads without complaint and then makes `run` hang
 * for ever, and a feature index beyond the input reads memory that is not the model's.
 */
import { MAX_TARGETS, MAX_TREE_DEPTH, MAX_TREE_NODES } from '../limits.ts';
import type { TreeTable } from './tree-table.ts';

/** @returns what is wrong, for a data scientist; null when the trees are trees with finite numbers */
export function problemInTrees(table: TreeTable, columns: number | null): string | null {
  const count = table.mode.length;
  if (count > MAX_TREE_NODES) return `its trees have ${count} nodes; at most ${MAX_TREE_NODES} are taken`;
  if (!(table.targets >= 1 && table.targets <= MAX_TARGETS))
    return `it has ${table.targets} classes or targets; 1 to ${MAX_TARGETS} are taken`;
  return problemInNumbers(table, columns) ?? problemInShape(table);
}

function problemInNumbers(table: TreeTable, columns: number | null): string | null {
  for (let i = 0; i < table.mode.length; i++) {
    if (table.mode[i] === 'LEAF') continue;
    if (Number.isNaN(table.threshold[i])) return `node ${i} compares with a threshold that is not a number`;
    const feature = table.feature[i]!;
    if (feature < 0 || (columns !== null && feature >= columns))
      return `node ${i} tests column ${feature}, and its input has ${columns ?? 'no such'} columns`;
  }
  for (let i = 0; i < table.weight.length; i++) {
    if (!Number.isFinite(table.weight[i])) return `a leaf's value is not a finite number (weight ${i})`;
    if (table.target[i]! < 0 || table.target[i]! >= table.targets)
      return `weight ${i} belongs to class or target ${table.target[i]}, which does not exist`;
    if (table.mode[table.leaf[i]!] !== 'LEAF') return `weight ${i} belongs to a node that is no leaf`;
  }
  return table.base.every(Number.isFinite) ? null : 'a base value is not a finite number';
}

/** Every node is reached from exactly one root by exactly one way. Only a leaf of TreeEnsemble 5 may be shared. */
function problemInShape(table: TreeTable): string | null {
  const reached = new Uint8Array(table.mode.length);
  for (const root of table.roots) {
    const waiting = [[root, 0]] as [number, number][];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, depth] = next;
      const isLeaf = table.mode[node] === 'LEAF';
      if (reached[node] === 1 && !(isLeaf && table.operator === 'TreeEnsemble'))
        return `node ${node} is reached twice: its trees run in a circle or share a branch, and scoring would not end`;
      reached[node] = 1;
      if (depth > MAX_TREE_DEPTH) return `a tree is deeper than ${MAX_TREE_DEPTH} tests`;
      if (!isLeaf) waiting.push([table.whenTrue[node]!, depth + 1], [table.whenFalse[node]!, depth + 1]);
    }
  }
  const lost = reached.indexOf(0);
  return lost === -1 ? null : `node ${lost} cannot be reached from its tree's first node: the nodes run in a circle or are out of order`;
}

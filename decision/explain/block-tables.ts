/** The tables of all blocks in flat arrays, because looking them up is the inner loop of explaining. */
import { leafTable } from './leaf-table.ts';
import { type Block, tableSize, widthOf } from './tree-blocks.ts';
import type { Answers, ExplainTrees } from './tree-tests.ts';

/** Number of the table's row for an applicant (or a background row) with these answers. */
function rowOf({ steps }: Block, answers: Answers): number {
  let row = 0;
  for (const { node, answer, bit } of steps) row |= (answers[node]! ^ answer) << bit;
  return row;
}

/** Adds a block's leaves to its table, which begins at `start`. */
function fillTable(tables: Float64Array, start: number, block: Block, background: readonly Answers[]): void {
  const width = widthOf(block);
  const backgroundRows = background.map((answers) => rowOf(block, answers));
  const patterns = new Uint16Array(1 << block.bits);
  for (const { value, conditions } of block.leaves) {
    const k = conditions.length;
    patterns.fill(0);
    conditions.forEach(({ asked, set }, j) => {
      for (let row = 0; row < patterns.length; row++) if ((row & asked) === set) patterns[row]! |= 1 << j;
    });
    const leaf = leafTable(
      value,
      k,
      backgroundRows.map((row) => patterns[row]!),
    );
    const places = conditions.map(({ player }) => 1 + block.players.indexOf(player));
    for (let row = 0; row < patterns.length; row++) {
      const pattern = patterns[row]!;
      const to = start + row * width;
      if (pattern === (1 << k) - 1) tables[to]! += value;
      for (let j = 0; j < k; j++) tables[to + places[j]!]! += leaf[pattern * k + j]!;
    }
  }
}

/** Where each item's part of a joined array starts, and last where all end. */
function startsOf(lengths: readonly number[]): Int32Array {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    starts[i + 1] = starts[i]! + length;
  });
  return starts;
}

/** @param background the answers of each background row */
export function prepareBlocks(blocks: readonly Block[], background: readonly Answers[]): ExplainTrees {
  const steps = blocks.flatMap((block) => block.steps);
  const node = Int32Array.from(steps, (step) => step.node);
  const answer = Uint8Array.from(steps, (step) => step.answer);
  const bit = Uint8Array.from(steps, (step) => step.bit);
  const player = Uint16Array.from(blocks.flatMap((block) => block.players));
  const firstStep = startsOf(blocks.map((block) => block.steps.length));
  const firstPlayer = startsOf(blocks.map((block) => block.players.length));
  const firstNumber = startsOf(blocks.map(tableSize));
  const tables = new Float64Array(firstNumber.at(-1)!);
  blocks.forEach((block, b) => {
    fillTable(tables, firstNumber[b]!, block, background);
  });
  const count = blocks.length;
  const rows = new Int32Array(count);
  // Three loops, because most of the time goes into fetching rows from memory: the second has nothing else to do and fetches many at once.
  return (answers, values) => {
    for (let b = 0; b < count; b++) {
      let row = 0;
      const end = firstStep[b + 1]!;
      for (let s = firstStep[b]!; s < end; s++) row |= (answers[node[s]!]! ^ answer[s]!) << bit[s]!;
      rows[b] = firstNumber[b]! + row * (1 + firstPlayer[b + 1]! - firstPlayer[b]!);
    }
    let reached = 0;
    for (let b = 0; b < count; b++) reached += tables[rows[b]!]!;
    for (let b = 0; b < count; b++) {
      const end = firstPlayer[b + 1]!;
      let number = rows[b]!;
      for (let p = firstPlayer[b]!; p < end; p++) values[player[p]!]! += tables[++number]!;
    }
    return reached;
  };
}

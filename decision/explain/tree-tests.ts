/**
 * The tests of an ensemble's inner nodes, answered as the ONNX runtime answers them (ai.onnx.ml TreeEnsemble*): float32 with float32;
 * a missing value passes where `nodes_missing_value_tracks_true` says so, and otherwise fails every comparison but NEQ, as IEEE 754 has it.
 */
import type { FeatureRow, TreeEnsemble } from '../ports.ts';

/**
 * How a value can lie to a threshold; a test is the set of those that pass. The bit's place is 1 for `<=` plus 2 for `>=`, so that
 * answering needs no branch: the processor cannot guess which way a test goes, and guessing wrong took three quarters of the time.
 */
const MISSING = 1 << 0;
const BELOW = 1 << 1;
const ABOVE = 1 << 2;
const EQUAL = 1 << 3;

const PASSING: Record<TreeEnsemble['mode'][number], number> = {
  LT: BELOW,
  LEQ: BELOW | EQUAL,
  GT: ABOVE,
  GTE: EQUAL | ABOVE,
  EQ: EQUAL,
  NEQ: BELOW | ABOVE | MISSING,
  LEAF: 0,
};

/** 1 per node where the row passes the node's test; leaves have 0. */
export type Answers = Uint8Array;

/**
 * Explains some trees for an applicant with these answers: adds what they give to each characteristic to `values`.
 * @returns the sum of the leaves that the applicant reaches
 */
export type ExplainTrees = (answers: Answers, values: Float64Array) => number;

export interface TreeTests {
  /** Writes a row's answers. @returns false where the row holds a text, which no tree can test */
  answer(row: FeatureRow, into: Answers): boolean;
}

/** @param features how many features a row has */
export function compileTests(trees: TreeEnsemble, features: number): TreeTests {
  const { feature, threshold } = trees;
  const passing = Uint8Array.from(trees.mode, (mode, node) => PASSING[mode] | (trees.missingTrue[node] === 1 ? MISSING : 0));
  const inner = Int32Array.from(trees.mode.keys()).filter((node) => feature[node]! >= 0);
  const values = new Float32Array(features);
  return {
    answer(row, into) {
      for (let i = 0; i < features; i++) {
        const value = row[i] ?? Number.NaN;
        if (typeof value === 'string') return false;
        values[i] = value;
      }
      for (let i = 0; i < inner.length; i++) {
        const node = inner[i]!;
        const value = values[feature[node]!]!;
        const cut = threshold[node]!;
        into[node] = (passing[node]! >> (Number(value <= cut) + 2 * Number(value >= cut))) & 1;
      }
      return true;
    },
  };
}

/** The value of the leaf that a row with these answers reaches from `root`. */
export function leafValue(trees: TreeEnsemble, root: number, answers: Answers): number {
  let node = root;
  while (trees.feature[node]! >= 0) node = answers[node] === 1 ? trees.whenTrue[node]! : trees.whenFalse[node]!;
  return trees.value[node]!;
}

/**
 * What decision needs from outside: a scorer. Clock and scorer are passed in, so that any decision can be replayed.
 * The models room implements these; tests implement them in a few lines.
 */
import type { Artefact } from '../contract/entry-base.ts';
import type { BackgroundSample, FeatureValue, ModelManifest } from '../contract/model-package.ts';
import type { Policy } from '../contract/policy.ts';
import type { ProductDefinition } from '../contract/product.ts';

/** One row of feature values in the manifest's feature order. */
export type FeatureRow = readonly FeatureValue[];

/** A row's calibrated PD in [0,1], or why there is none; `cause` is for a person and holds no applicant's values. */
export type ScoredRow = { pd: number } | { failed: string };

export interface Scorer {
  /** One result per row, in order. Never throws for a row; throws only for a bug or a runtime that is gone. */
  score(rows: readonly FeatureRow[]): Promise<ScoredRow[]>;
}

/** What challengers may take of a decision's time. Clocks and timers are the caller's: a replay has none and lets every challenger finish. */
export interface ShadowLimits {
  /** What the work gave; null where it took longer than scoring so many rows may take. It is then left behind, whatever becomes of it. */
  within<T>(rows: number, work: () => Promise<T>): Promise<T | null>;
}

/**
 * Nodes of all trees in parallel arrays; a tree's root is `roots[t]`, leaves have `feature[i] === -1`.
 * A test compares as the runtime does: both sides as float32.
 */
export interface TreeEnsemble {
  kind: 'trees';
  /** Node index of each tree's root. */
  roots: Int32Array;
  /** Index into the manifest's features, or -1 in a leaf. */
  feature: Int32Array;
  /** Threshold as float32. */
  threshold: Float32Array;
  /** ONNX node mode per node: how `value <mode> threshold` is tested. */
  mode: readonly ('LEQ' | 'LT' | 'GTE' | 'GT' | 'EQ' | 'NEQ' | 'LEAF')[];
  /** Next node when the test holds / fails. */
  whenTrue: Int32Array;
  whenFalse: Int32Array;
  /** 1: a missing value (NaN) goes the `whenTrue` way whatever the test says. */
  missingTrue: Uint8Array;
  /** Leaf value added to the explained quantity (already divided by the number of trees where the graph averages; sign turned where the graph speaks of good). */
  value: Float64Array;
  /** Added once. */
  base: number;
  /** Whether Σ leaves + base is the log-odds of bad or its probability, before the manifest's calibration. */
  scale: 'log-odds' | 'probability';
}

/** log-odds of bad = intercept + Σ coefficient·feature, before the manifest's calibration. Coefficients in the manifest's feature order. */
export interface LinearModel {
  kind: 'linear';
  coefficients: Float64Array;
  intercept: number;
}

/** A graph that is neither: explained by sampling through the scorer. */
export interface OpaqueModel {
  kind: 'opaque';
}

export type ModelForm = TreeEnsemble | LinearModel | OpaqueModel;

/** A model ready to decide with: its manifest, its form for explaining, its scorer. */
export interface LoadedModel {
  artefact: Artefact;
  manifest: ModelManifest;
  background: BackgroundSample;
  form: ModelForm;
  scorer: Scorer;
}

/** A policy whose cells have been parsed is made by `decision/policy`; this is what it is made from. */
export interface LoadedPolicy {
  artefact: Artefact;
  policy: Policy;
}

export interface LoadedProduct {
  artefact: Artefact;
  definition: ProductDefinition;
}

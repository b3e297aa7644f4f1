/** What every way of explaining gives, before the explainer checks it. */
import type { Explanation } from '../../contract/decision.ts';
import type { FeatureRow } from '../ports.ts';

/** Contributions in the manifest's order before they are checked; log-odds are calibrated, probabilities are the graph's own. */
export interface RawExplanation {
  expected: number;
  predicted: number;
  values: ArrayLike<number>;
  /** Standard errors; null where the method is exact. */
  errors: ArrayLike<number> | null;
}

/** One way of explaining, behind the checks. */
export interface Method {
  method: Explanation['method'];
  scale: Explanation['scale'];
  explainRow(row: FeatureRow, pd: number): RawExplanation | { failed: string } | Promise<RawExplanation | { failed: string }>;
}

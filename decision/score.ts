/** Points from probabilities: score = offset + (pdo / ln 2) · ln(good:bad odds). */
import type { ModelManifest } from '../contract/model-package.ts';

/** Probabilities nearer to 0 or 1 than this say nothing that a sample could have told; it also keeps scores finite. */
const PD_FLOOR = 1e-6;

/** @returns the probability, kept at least 1e-6 away from 0 and from 1 */
export function clipPd(pd: number): number {
  return Math.min(Math.max(pd, PD_FLOOR), 1 - PD_FLOOR);
}

/** @returns ln(pd / (1 - pd)) of the clipped probability */
export function logOdds(pd: number): number {
  const clipped = clipPd(pd);
  return Math.log(clipped / (1 - clipped));
}

/** @returns 1 / (1 + e^-x) */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * @param pd probability of default
 * @param scaling `baseScore` points at good:bad odds of `baseOdds`; `pdo` points double the odds
 * @returns points, not rounded; higher is better
 */
export function toScore(pd: number, scaling: ModelManifest['scaling']): number {
  const factor = scaling.pdo / Math.LN2;
  const offset = scaling.baseScore - factor * Math.log(scaling.baseOdds);
  return offset - factor * logOdds(pd);
}

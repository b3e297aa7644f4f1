/** From Shapley values to the bars that a person reads: in points of the score where that can be said, else in the explained quantity itself. */
import type { Explanation } from '../../contract/decision.ts';
import type { ModelManifest } from '../../contract/model-package.ts';

type Scaling = ModelManifest['scaling'];

/** `points` of the score (more is better), `share` a probability of default, `log-odds` of default; in the last two less is better. */
export type WaterfallUnit = 'points' | 'share' | 'log-odds';

export interface WaterfallStep {
  characteristic: string;
  /** What the characteristic changed, in the unit. */
  change: number;
  /** Standard error of `change`; 0 where exact. */
  standardError: number;
  /** Running total before and after. */
  from: number;
  to: number;
  /** Whether the change lowers the probability of default. */
  favourable: boolean;
}

export interface Waterfall {
  unit: WaterfallUnit;
  /** Of the average of the applicants that the model compares with. */
  start: number;
  /** Of this applicant: start + Σ change. */
  end: number;
  /** By size of the change, largest first. */
  steps: WaterfallStep[];
}

/** Score of a log-odds of bad: points = baseScore + pdo/ln 2 · (ln(good:bad) − ln baseOdds). */
export function pointsOf(logOddsOfBad: number, { baseScore, baseOdds, pdo }: Scaling): number {
  return baseScore - (pdo / Math.LN2) * (logOddsOfBad + Math.log(baseOdds));
}

export function waterfallOf({ scale, expected, predicted, contributions }: Explanation, scaling: Scaling | null): Waterfall {
  const unit: WaterfallUnit = scale === 'probability' ? 'share' : scaling ? 'points' : 'log-odds';
  const factor = unit === 'points' && scaling ? -scaling.pdo / Math.LN2 : 1;
  const total = (value: number) => (unit === 'points' && scaling ? pointsOf(value, scaling) : value);
  const start = total(expected);
  let from = start;
  const steps = [...contributions]
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .map(({ characteristic, value, standardError }): WaterfallStep => {
      const change = value * factor;
      const step = {
        characteristic,
        change,
        standardError: Math.abs(standardError * factor),
        from,
        to: from + change,
        favourable: value < 0,
      };
      from = step.to;
      return step;
    });
  return { unit, start, end: total(predicted), steps };
}

/** The first `most` steps, and all that follow as one; `others` says how many those are. Sums stay what they were. */
export function withRest(
  steps: WaterfallStep[],
  most: number,
): { shown: WaterfallStep[]; rest: (WaterfallStep & { others: number }) | null } {
  if (steps.length <= most + 1) return { shown: steps, rest: null };
  const shown = steps.slice(0, most);
  const others = steps.slice(most);
  const [first, last] = [others[0], others.at(-1)];
  if (!first || !last) return { shown, rest: null };
  const change = last.to - first.from;
  const standardError = Math.hypot(...others.map((step) => step.standardError));
  const worse = others.reduce((sum, step) => sum + (step.favourable ? 1 : -1) * Math.abs(step.change), 0);
  return {
    shown,
    rest: { characteristic: '', change, standardError, from: first.from, to: last.to, favourable: worse > 0, others: others.length },
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointsOf, waterfallOf, withRest } from '../../renderer/decision/waterfall-steps.ts';

const explanations = fc
  .record({
    scale: fc.constantFrom('log-odds' as const, 'probability' as const),
    expected: fc.double({ min: -5, max: 5, noNaN: true }),
    values: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 30 }),
  })
  .map(({ scale, expected, values }) => ({
    method: 'exact-trees' as const,
    scale,
    expected,
    predicted: values.reduce((sum, value) => sum + value, expected),
    contributions: values.map((value, index) => ({ characteristic: `c${index}`, value, standardError: 0 })),
  }));
const SCALING = { baseScore: 600, baseOdds: 20, pdo: 20 };

describe('the waterfall', () => {
  it('leads from the start to the end without a gap, in every unit', () => {
    fc.assert(
      fc.property(explanations, fc.constantFrom(SCALING, null), fc.integer({ min: 1, max: 12 }), (explanation, scaling, most) => {
        const { start, end, steps } = waterfallOf(explanation, scaling);
        const { shown, rest } = withRest(steps, most);
        for (const all of [steps, rest ? [...shown, rest] : shown]) {
          let at = start;
          for (const step of all) {
            expect(step.from).toBeCloseTo(at, 6);
            expect(step.to - step.from).toBeCloseTo(step.change, 6);
            at = step.to;
          }
          expect(at).toBeCloseTo(end, 6);
        }
      }),
    );
  });

  it('speaks of points as the score does: twenty points double the odds, and what lowers the risk raises the score', () => {
    expect(pointsOf(-Math.log(20), SCALING)).toBeCloseTo(600, 9);
    expect(pointsOf(-Math.log(40), SCALING)).toBeCloseTo(620, 9);
    const explanation = {
      method: 'exact-trees' as const,
      scale: 'log-odds' as const,
      expected: 0,
      predicted: -0.5,
      contributions: [
        { characteristic: 'small', value: 0.2, standardError: 0 },
        { characteristic: 'large', value: -0.7, standardError: 0 },
      ],
    };
    const { unit, steps } = waterfallOf(explanation, SCALING);
    expect(unit).toBe('points');
    expect(steps.map(({ characteristic, favourable }) => [characteristic, favourable])).toEqual([
      ['large', true],
      ['small', false],
    ]);
    expect(steps[0]?.change).toBeGreaterThan(0);
  });

  it('stays with the probability where the model adds up probabilities', () => {
    const explanation = {
      method: 'sampled' as const,
      scale: 'probability' as const,
      expected: 0.1,
      predicted: 0.3,
      contributions: [{ characteristic: 'a', value: 0.2, standardError: 0.01 }],
    };
    const { unit, end, steps } = waterfallOf(explanation, SCALING);
    expect([unit, end, steps[0]?.standardError]).toEqual(['share', 0.3, 0.01]);
  });
});

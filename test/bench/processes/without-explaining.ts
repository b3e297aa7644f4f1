/** A decider that leaves explanations out, which the product itself never does. */
import type { Decider } from '../../../decision/decide.ts';

export function withoutExplaining<D extends { decider: Decider }>(deciding: D): D {
  const { decider } = deciding;
  return {
    ...deciding,
    decider: { ...decider, decideAll: (applications, options) => decider.decideAll(applications, { ...options, explain: false }) },
  };
}

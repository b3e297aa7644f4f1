import type { TreeEnsemble } from '../../decision/ports.ts';

/** A node's test, both sides float32 as the runtime compares; a leaf has none. */
export function holds(mode: TreeEnsemble['mode'][number], value: number, threshold: number): boolean {
  switch (mode) {
    case 'LEQ':
      return value <= threshold;
    case 'LT':
      return value < threshold;
    case 'GTE':
      return value >= threshold;
    case 'GT':
      return value > threshold;
    case 'EQ':
      return value === threshold;
    case 'NEQ':
      return value !== threshold;
    case 'LEAF':
      return false;
  }
}

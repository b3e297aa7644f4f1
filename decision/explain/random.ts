/** Randomness that follows from the row alone, so that a replayed explanation is the same bit for bit. */
import type { FeatureRow } from '../ports.ts';

/** Numbers in [0,1). */
export type Random = () => number;

/** FNV-1a over the row's values: float64 bytes for numbers, UTF-16 units for texts, each led by its kind. */
function seedOf(row: FeatureRow): number {
  const bytes = new DataView(new ArrayBuffer(8));
  let hash = 0x811c9dc5;
  const mix = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (const value of row) {
    if (typeof value === 'number') {
      bytes.setFloat64(0, value);
      mix(1);
      for (let i = 0; i < 8; i++) mix(bytes.getUint8(i));
    } else if (typeof value === 'string') {
      mix(2);
      for (let i = 0; i < value.length; i++) mix(value.charCodeAt(i));
    } else mix(3);
  }
  return hash >>> 0;
}

/** Mulberry32 (T. Ettinger, public domain), seeded by the row: 32 bits of state are ample for some hundred orders. */
export function randomFrom(row: FeatureRow): Random {
  let state = seedOf(row);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The numbers from 0 to `count - 1` in a random order (Fisher and Yates). */
export function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

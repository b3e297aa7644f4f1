/** How a number is spread over many rows. */

export interface Spread {
  rows: number;
  mean: number;
  /** Smallest, 5th, 25th, 50th, 75th and 95th percentile, largest. */
  min: number;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  max: number;
}

/** Percentiles by nearest rank (every one is a value that occurs); null of nothing. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return {
    rows: values.length,
    mean: values.reduce((total, value) => total + value, 0) / values.length,
    min: at(0),
    p5: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    max: at(1),
  };
}

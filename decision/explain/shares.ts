/**
 * (m-1)!·n!/(m+n)!, the Shapley share of each of m players without whom something does not happen, against n with whom it does not.
 * By products, so that nothing overflows.
 */
export function shareOf(m: number, n: number): number {
  let share = 1 / m;
  for (let i = 1; i <= n; i++) share *= i / (m + i);
  return share;
}

/** Semantic Versioning 2.0.0, §11: which of two versions is the higher one. */

/** @returns negative: `a` is lower; 0: the same; positive: `a` is higher */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = parts(a);
  const [coreB, preB] = parts(b);
  const core = compareLists(coreA, coreB);
  if (core !== 0) return core;
  // A version before its release is lower than the release itself.
  if (preA.length === 0 || preB.length === 0) return preB.length - preA.length;
  return compareLists(preA, preB);
}

function parts(version: string): [core: string[], pre: string[]] {
  const dash = version.indexOf('-');
  const core = dash < 0 ? version : version.slice(0, dash);
  return [core.split('.'), dash < 0 ? [] : version.slice(dash + 1).split('.')];
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compareOne(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value, and lower than words; words by their characters. */
function compareOne(a: string, b: string): number {
  const numbers = [a, b].map((one) => /^\d+$/.test(one));
  if (numbers[0] && numbers[1]) return Math.sign(Number(BigInt(a) - BigInt(b)));
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Semantic Versioning 2.0.0 §11, without build metadata. @returns negative, 0 or positive, as a sort wants it */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = split(a);
  const [coreB, preB] = split(b);
  for (let at = 0; at < 3; at += 1) {
    const difference = Number(coreA[at]) - Number(coreB[at]);
    if (difference !== 0) return difference;
  }
  if (preA === null || preB === null) return Number(preA === null) - Number(preB === null);
  return comparePre(preA, preB);
}

function split(version: string): [string[], string[] | null] {
  const dash = version.indexOf('-');
  const core = dash < 0 ? version : version.slice(0, dash);
  return [core.split('.'), dash < 0 ? null : version.slice(dash + 1).split('.')];
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at];
    if (right === undefined) return 1;
    if (left === right) continue;
    const isNumber = [left, right].map((part) => /^\d+$/.test(part));
    if (isNumber[0] && isNumber[1]) return Number(left) - Number(right);
    if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * Counts by group that may be shown. A cell of a few people tells about those people; and a single hidden cell is no secret where its row or column adds
 * up to a number that is shown, so another is hidden with it (complementary suppression).
 */

/** Groups of fewer people are not shown at all: their shares say nothing, and their members are known to each other. */
export const SMALLEST_GROUP = 30;
/** Cells of 1 to 4 people are not shown. */
export const SMALLEST_CELL = 5;

/**
 * @param rows counts of one trait's groups; every row ends with its own sum, and every column's sum is known to the reader
 * @returns the same, with null for what is not shown
 */
export function hideSmallCells(rows: readonly (readonly number[])[]): (number | null)[][] {
  const shown = rows.map((row): (number | null)[] => {
    const isSmall = row.at(-1)! < SMALLEST_GROUP;
    return row.map((count) => (isSmall || (count > 0 && count < SMALLEST_CELL) ? null : count));
  });
  const width = rows[0]?.length ?? 0;
  for (let hasHidden = true; hasHidden; ) {
    hasHidden = false;
    for (let row = 0; row < rows.length; row++)
      hasHidden =
        hideAnother(
          shown,
          Array.from({ length: width }, (_, column): Place => [row, column]),
        ) || hasHidden;
    for (let column = 0; column < width; column++)
      hasHidden =
        hideAnother(
          shown,
          rows.map((_, row): Place => [row, column]),
        ) || hasHidden;
  }
  return shown;
}

type Place = readonly [row: number, column: number];

/** Where exactly one cell of a line is hidden, hides the least telling other one. @returns whether there was one to hide */
function hideAnother(shown: (number | null)[][], line: readonly Place[]): boolean {
  const cells = line.map(([row, column]) => ({ row, column, count: shown[row]![column] ?? null }));
  if (cells.filter(({ count }) => count === null).length !== 1) return false;
  const others = cells.filter((cell): cell is typeof cell & { count: number } => cell.count !== null);
  // A zero hides nobody, so it is taken only where nothing else is left.
  const next = others.sort((a, b) => Number(a.count === 0) - Number(b.count === 0) || a.count - b.count)[0];
  if (next === undefined) return false;
  shown[next.row]![next.column] = null;
  return true;
}

/** Runs unary tests. Total: every value gives yes, no or a doubt with its cause. */
import type { Answer } from '../../contract/application.ts';
import type { Test, TestItem } from './cell.ts';

/** Why a test has no answer: the value is missing, or of another kind than the test asks about. */
export type CellDoubt = 'missing' | 'wrong-type';
export type CellResult = 'yes' | 'no' | CellDoubt;
export type CompiledCell = (value: Answer) => CellResult;

type Range = Extract<TestItem, { kind: 'range' }>;

function contains({ low, lowOpen, high, highOpen }: Range, value: number): boolean {
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}

function testNumber(ranges: readonly Range[], texts: boolean, nulls: boolean, value: number): CellResult {
  if (Number.isNaN(value)) return 'missing';
  if (ranges.length === 0) return nulls && !texts ? 'no' : 'wrong-type';
  return ranges.some((range) => contains(range, value)) ? 'yes' : 'no';
}

/** How a test answers before `not` is looked at. */
function compileItems(items: readonly TestItem[]): CompiledCell {
  const ranges = items.filter((item) => item.kind === 'range');
  const texts = items.filter((item) => item.kind === 'text');
  const nulls = items.some((item) => item.kind === 'null');
  return (value) => {
    // A missing value may or may not be what is asked about: only a test of `null` itself can tell.
    if (value === null) return nulls ? 'yes' : 'missing';
    if (typeof value === 'number') return testNumber(ranges, texts.length > 0, nulls, value);
    if (texts.length === 0) return nulls && ranges.length === 0 ? 'no' : 'wrong-type';
    return texts.some((item) => (item.value === value) === item.equal) ? 'yes' : 'no';
  };
}

/** @returns the test as a function; a missing value is a doubt unless the test asks about `null` */
export function compileTest(test: Test): CompiledCell {
  if (test.any) return () => 'yes';
  const holds = compileItems(test.items);
  const asksOnlyNull = test.items.every((item) => item.kind === 'null');
  if (!test.negated) return holds;
  return (value) => {
    const result = holds(value);
    if (result === 'yes') return 'no';
    // not(null) is answered by any value at all; not("a") says nothing about a missing one.
    return result === 'no' || (asksOnlyNull && result === 'wrong-type') ? 'yes' : result;
  };
}

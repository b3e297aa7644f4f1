/**
 * Which values of its inputs a table's rules cover. Every input's line is cut at all bounds that occur in the cells: within one piece
 * (a point, an open interval between two neighbours, one option of a choice) no cell changes its answer, so one sample stands for all
 * of it, and the whole table is decided by running the real cells on the samples.
 */
import type { Answer } from '../../contract/application.ts';
import type { DecisionTable, DerivedInput } from '../../contract/policy.ts';
import type { Field } from '../../contract/product.ts';
import { parseCell } from './cell.ts';
import { askRule, type CompiledTable, isDerived } from './compile.ts';

/** A piece of an input's line: a value that stands for it, and its bounds for a person. */
interface Piece {
  sample: Answer;
  text: string;
}

/** A table with more combinations of pieces than this is not analysed: its rules still run, and a gap met is a refer. */
const MAX_BOXES = 20_000;

export interface Coverage {
  /** For each combination of pieces, the indices of the rules that hold there. */
  boxes: readonly { text: string; samples: readonly Answer[]; rules: readonly number[] }[];
}

const INFINITE = Number.POSITIVE_INFINITY;
const domains: Record<DerivedInput, [number, number]> = {
  pd: [0, 1],
  score: [-INFINITE, INFINITE],
  instalment: [0, INFINITE],
  dti: [0, INFINITE],
  disposable_income: [-INFINITE, INFINITE],
  monthly_income: [0, INFINITE],
  amount: [0, INFINITE],
  term_months: [0, INFINITE],
};

/** Bounds that the cells of one input name. */
function boundsIn(table: DecisionTable, input: number): number[] {
  const bounds = new Set<number>();
  for (const rule of table.rules) {
    const test = parseCell(rule.when[input] ?? '-');
    if ('malformed' in test || test.any) continue;
    for (const item of test.items)
      if (item.kind === 'range') for (const bound of [item.low, item.high]) if (Number.isFinite(bound)) bounds.add(bound);
  }
  return [...bounds].sort((a, b) => a - b);
}

/** A number inside the open interval that is of the field's kind, or null where there is none (no integer between 3 and 4). */
function between(low: number, high: number, integer: boolean): number | null {
  if (low === -INFINITE && high === INFINITE) return 0;
  if (low === -INFINITE) return Math.ceil(high) - 1;
  if (high === INFINITE) return Math.floor(low) + 1;
  if (!integer) return low + (high - low) / 2;
  const next = Math.floor(low) + 1;
  return next < high ? next : null;
}

function describeBetween(low: number, high: number): string {
  if (low === -INFINITE) return high === INFINITE ? 'anything' : `below ${high}`;
  return high === INFINITE ? `above ${low}` : `between ${low} and ${high}`;
}

function piecesOfNumber(name: string, bounds: readonly number[], [min, max]: [number, number], integer: boolean): Piece[] {
  const inside = bounds.filter((bound) => bound > min && bound < max);
  const edges = [min, ...inside, max];
  const pieces: Piece[] = [];
  edges.forEach((edge, i) => {
    if (Number.isFinite(edge) && (!integer || Number.isInteger(edge)) && edge !== edges[i - 1])
      pieces.push({ sample: edge, text: `${name} = ${edge}` });
    const next = edges[i + 1];
    if (next === undefined || next === edge) return;
    const sample = between(edge, next, integer);
    if (sample !== null) pieces.push({ sample, text: `${name} ${describeBetween(edge, next)}` });
  });
  return pieces;
}

/** The pieces of an input's line; null for texts and dates, which have no finite cover. */
function piecesOf(name: string, bounds: readonly number[], fields: ReadonlyMap<string, Field>): Piece[] | null {
  if (isDerived(name)) return piecesOfNumber(name, bounds, domains[name], false);
  const field = fields.get(name);
  if (field?.type === 'choice') return field.options.map(({ value }) => ({ sample: value, text: `${name} = ${value}` }));
  if (field?.type === 'integer' || field?.type === 'decimal')
    return piecesOfNumber(name, bounds, [field.min, field.max], field.type === 'integer');
  return null;
}

/** @returns which rules hold in every combination of pieces, missing values apart; null where the table cannot be analysed */
export function coverageOf(compiled: CompiledTable, fields: ReadonlyMap<string, Field>): Coverage | null {
  const { table, rules } = compiled;
  const lines: Piece[][] = [];
  for (let input = 0; input < table.inputs.length; input++) {
    const pieces = piecesOf(table.inputs[input]!, boundsIn(table, input), fields);
    if (pieces === null) return null;
    lines.push(pieces);
  }
  const count = lines.reduce((product, line) => product * line.length, 1);
  if (count > MAX_BOXES) return null;
  const boxes = [];
  for (let index = 0; index < count; index++) {
    let rest = index;
    // The last input changes fastest, so that neighbours in a table of one input stay neighbours.
    const chosen = lines.toReversed().map((line) => {
      const piece = line[rest % line.length]!;
      rest = Math.floor(rest / line.length);
      return piece;
    });
    const pieces = chosen.toReversed();
    const samples = pieces.map((piece) => piece.sample);
    const holding = rules.flatMap((rule, i) => (askRule(rule, samples).result === 'yes' ? [i] : []));
    boxes.push({ text: pieces.map((piece) => piece.text).join(' and '), samples, rules: holding });
  }
  return { boxes };
}

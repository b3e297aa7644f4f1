/** Groups by protected traits, for monitoring alone: who is in them is never scored and never read by a policy (12 CFR 1002.4). */
import type { Answer } from '../../contract/application.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';

export interface MonitoredTrait {
  field: string;
  groupOf(value: Answer): string;
}

export const NOT_STATED = 'not stated';
/** More bands than this leave too few people in each. */
const MOST_BANDS = 12;

/** Choices by value, numbers in bands of a round width. Free texts have no groups. */
export function monitoredTraits({ fields }: ProductDefinition): MonitoredTrait[] {
  return fields
    .filter(({ use, type }) => use === 'protected' && type !== 'text')
    .map((field) => {
      const name = namer(field);
      return { field: field.id, groupOf: (value) => (value === null ? NOT_STATED : name(value)) };
    });
}

function namer(field: Field): (value: number | string) => string {
  if (field.type === 'date') return (value) => `${String(value).slice(0, 3)}0s`;
  if (field.type !== 'integer' && field.type !== 'decimal') return String;
  const width = roundWidth(field.max - field.min);
  const isWhole = field.type === 'integer' && width > 1;
  return (value) => {
    const from = Math.floor(Number(value) / width) * width;
    if (field.type === 'integer' && width === 1) return String(from);
    return isWhole ? `${from} to ${from + width - 1}` : `${from} to below ${from + width}`;
  };
}

/** 1, 2 or 5 times a power of ten, the smallest that gives few enough bands. */
function roundWidth(range: number): number {
  for (let power = 1; ; power *= 10) for (const step of [1, 2, 5]) if (range / (step * power) <= MOST_BANDS) return step * power;
}

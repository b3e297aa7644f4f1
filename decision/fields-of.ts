import type { Expression } from '../contract/expression.ts';

/** The fields that an expression reads, each once. */
export function fieldsOf(of: Expression): string[] {
  if ('field' in of) return [of.field];
  if ('constant' in of) return [];
  if ('choice' in of) return [of.choice];
  const parts = 'ifMissing' in of ? [of.value] : of.args;
  return [...new Set(parts.flatMap(fieldsOf))];
}

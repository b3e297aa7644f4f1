/**
 * A small total arithmetic over form fields, used where a model or a product derives a number from several fields.
 * It has no loops and no failure: a missing operand, a division by zero or an overflow gives a missing value.
 */
import { z } from 'zod';

export type Expression =
  | { field: string }
  | { constant: number }
  /** A number per value of a choice field; a value that is not listed is missing. */
  | { choice: string; values: Record<string, number> }
  | { op: 'add' | 'subtract' | 'multiply' | 'divide' | 'min' | 'max'; args: [Expression, Expression] }
  | { value: Expression; ifMissing: number };

export const expression: z.ZodType<Expression> = z.lazy(() =>
  z.union([
    z.strictObject({ field: z.string().min(1) }),
    z.strictObject({ constant: z.number() }),
    z.strictObject({ choice: z.string().min(1), values: z.record(z.string(), z.number()) }),
    z.strictObject({
      op: z.enum(['add', 'subtract', 'multiply', 'divide', 'min', 'max']),
      args: z.tuple([expression, expression]),
    }),
    z.strictObject({ value: expression, ifMissing: z.number() }),
  ]),
);

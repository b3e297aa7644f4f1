/** Made-up applications from a product's own ranges, for a draft that has no real rows: plainly examples, in nobody's likeness. */
import type { Answer } from '../../contract/application.ts';
import type { ProductDefinition } from '../../contract/product.ts';

/** Positions in each number's range. Odd steps between fields keep the rows from being multiples of one another. */
const ROWS = 12;

/** Scored fields only; choices take their values in turn. */
export function exampleAnswers(product: ProductDefinition): Record<string, Answer>[] {
  const scored = product.fields.filter((field) => field.use === 'scored');
  return Array.from({ length: ROWS }, (_, row) =>
    Object.fromEntries(
      scored.map((field, index): [string, Answer] => {
        if (field.type === 'choice') return [field.id, field.options[(row + index) % field.options.length]?.value ?? null];
        if (field.type !== 'integer' && field.type !== 'decimal') return [field.id, null];
        const share = ((row * (2 * index + 1)) % ROWS) / (ROWS - 1);
        // Squared: most amounts are far below the largest plausible one.
        const value = field.min + (field.max - field.min) * share * share;
        return [field.id, field.type === 'integer' ? Math.round(value) : Math.round(value * 100) / 100];
      }),
    ),
  );
}

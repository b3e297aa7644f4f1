/** Files of applications that nobody wrote: every field of a product, drawn from its whole range, with gaps where a gap is allowed. */
import type { Field, ProductDefinition } from '../../contract/product.ts';

/** Numbers in [0,1) that follow from the seed (mulberry32). */
export function drawFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * CSV text of `rows` applications under the product's own column names: real ones in turn, of which some have a gap where a gap is allowed, some a
 * value from anywhere in the form's range, which is wider than what a model was trained on. Every third names its applicant.
 */
export function csvOfApplications(product: ProductDefinition, realCsv: string, rows: number, seed: number): string {
  const draw = drawFrom(seed);
  const name = product.fields.find(({ use, type }) => use === 'identifying' && type === 'text')!;
  const fields = product.fields.filter(({ use }) => use !== 'identifying');
  const [header = [], ...real] = realCsv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const columns = fields.map((field) => ({ field, at: header.indexOf(field.column ?? field.id) }));
  const lines = Array.from({ length: rows }, (_, row) => {
    const from = real[row % real.length]!;
    const cells = columns.map(({ field, at }) => change(field, from[at] ?? '', draw));
    return [row % 3 === 0 ? `Person ${seed}-${row}` : '', ...cells];
  });
  return `${[[name.column ?? name.id, ...fields.map(({ column, id }) => column ?? id)], ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}

function change(field: Field, real: string, draw: () => number): string {
  if (field.whenMissing !== 'refuse' && draw() < 0.02) return '';
  if (real !== '' && draw() < 0.97) return real;
  if (field.type === 'choice') return field.options[Math.floor(draw() * field.options.length)]!.value;
  if (field.type !== 'integer' && field.type !== 'decimal') throw new TypeError(`no value is drawn for a ${field.type}`);
  const value = field.min + draw() ** 3 * (field.max - field.min);
  return String(field.type === 'integer' ? Math.round(value) : Number(value.toFixed(2)));
}

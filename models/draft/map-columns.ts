/** Finds the form field behind a model's column by its name. A column that could be two things is left to a person. */
import type { FeatureSource, ModelInput } from '../../contract/model-package.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';

/** The column's source, or why it has none yet. */
export type ColumnMatch = { source: FeatureSource; field: Field } | { open: string };

/**
 * @param type of the graph's input that takes the column
 * @returns a match where exactly one field (or one value of one choice) has the column's name
 */
export function matchColumn(name: string, type: ModelInput['type'], product: ProductDefinition): ColumnMatch {
  const wanted = plain(name);
  const candidates = product.fields.flatMap((field) => matchesOf(field, wanted, type));
  const [only, ...others] = candidates;
  if (only === undefined) return { open: `No field of ${product.product} is called ${name}. Which field is it made from?` };
  if (others.length > 0) return { open: `${name} could be ${candidates.map(nameOf).join(' or ')}. Which is it?` };
  const { field, source } = only;
  if (field.use !== 'scored')
    return {
      open: `${name} is the field ${field.id}, which is ${field.use} and must not be scored. Train the model without it, or say which other field is meant.`,
    };
  if (source === null)
    return { open: `${name} is the choice ${field.id} as a number. Which number stands for which of ${valuesOf(field).join(', ')}?` };
  return { source, field };
}

interface Candidate {
  field: Field;
  /** null: the field is known, what its values become is not. */
  source: FeatureSource | null;
}

function matchesOf(field: Field, wanted: string, type: ModelInput['type']): Candidate[] {
  const names = new Set([plain(field.id), plain(field.column)]);
  if (names.has(wanted)) {
    const isReadAsItIs = field.type === 'choice' ? type === 'string' : type !== 'string';
    return [{ field, source: isReadAsItIs ? { field: field.id } : null }];
  }
  if (field.type !== 'choice' || type === 'string') return [];
  // home=owner, home_owner, home.owner, home[owner]: all plain to home_owner.
  return valuesOf(field)
    .filter((value) => [...names].some((name) => plain(`${name}_${value}`) === wanted))
    .map((value) => ({ field, source: { oneHot: field.id, value } }));
}

function valuesOf(field: Field): string[] {
  return field.type === 'choice' ? field.options.map((option) => option.value) : [];
}

function nameOf({ field, source }: Candidate): string {
  return source !== null && 'oneHot' in source ? `${field.id} = ${source.value}` : field.id;
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
}

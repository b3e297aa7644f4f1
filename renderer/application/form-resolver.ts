/** Ties the reading of a form to the form library: all understood, or every complaint at its field. */
import type { FieldErrors, Resolver } from 'react-hook-form';
import type { ProductDefinition } from '../../contract/product.ts';
import { type Reading, readForm, type Typed, type Understood } from './understand.ts';

export function formResolver(definition: ProductDefinition, reading: Reading): Resolver<Typed, unknown, Understood> {
  return (typed, _context, { fields }) => {
    const read = readForm(definition, typed, reading);
    if ('understood' in read) return { values: read.understood, errors: {} };
    const errors: FieldErrors<Typed> = {};
    // `ref` lets the library put the focus on the first field that must be corrected.
    for (const [id, message] of Object.entries(read.complaints)) {
      const ref = fields[id]?.ref;
      errors[id] = { type: 'complaint', message, ...(ref && { ref }) };
    }
    return { values: {}, errors };
  };
}

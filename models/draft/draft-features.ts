/** Features and characteristics of a draft: from the product where a column's name says it, else a question. */
import type { Characteristic, Feature, FeatureSource, ModelInput } from '../../contract/model-package.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import type { OpenQuestion } from './draft.ts';
import { matchColumn } from './map-columns.ts';

export type DraftFeature = Omit<Feature, 'source' | 'characteristic'> & { source: FeatureSource | null; characteristic: string | null };

/**
 * @param said sources that a person gave, by column name; they go before what the name suggests
 */
export function draftFeatures(
  inputs: readonly ModelInput[],
  product: ProductDefinition,
  said: Readonly<Record<string, FeatureSource>>,
): { features: DraftFeature[]; characteristics: Characteristic[]; questions: OpenQuestion[] } {
  const features: DraftFeature[] = [];
  const questions: OpenQuestion[] = [];
  const characteristics = new Map<string, Characteristic>();
  const sources = new Map(Object.entries(said));
  for (const { features: names, type } of inputs)
    for (const name of names) {
      const given = sources.get(name);
      const match = given === undefined ? matchColumn(name, type, product) : { source: given, field: leadingField(given, product) };
      const source = 'open' in match ? null : match.source;
      if ('open' in match) questions.push({ option: 'map', question: match.open, choices: [], column: name });
      const characteristic = 'open' in match ? null : characteristicOf(name, match.field);
      if (characteristic !== null) characteristics.set(characteristic.id, characteristic);
      features.push({ name, source, characteristic: characteristic?.id ?? null, mayBeMissing: false, trained: null, monotone: null });
    }
  return { features, characteristics: [...characteristics.values()], questions };
}

function leadingField(source: FeatureSource, product: ProductDefinition): Field | null {
  const id = 'field' in source ? source.field : 'oneHot' in source ? source.oneHot : 'map' in source ? source.map : null;
  return product.fields.find((field) => field.id === id) ?? null;
}

/** One characteristic per form field; a column that is computed from several is its own. */
function characteristicOf(name: string, field: Field | null): Characteristic {
  const id =
    field?.id ??
    `c_${name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .slice(0, 60)}`;
  const label = field?.label ?? { en: name };
  return { id, label, reason: { code: id.toUpperCase().slice(0, 32), text: label } };
}

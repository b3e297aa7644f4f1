/** A package draft from a bare ONNX file, against a product, with the answers that have been given so far. */

import { Failed } from '../contract/failure.ts';
import type { FeatureSource } from '../contract/model-package.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { prepareFeatures } from '../decision/features.ts';
import { draftManifest } from '../models/draft/draft-manifest.ts';
import { findProduct } from './find-product.ts';

export type Draft = Awaited<ReturnType<typeof draftManifest>>;

export interface DraftAnswers {
  /** Names of the columns of a matrix input, in the graph's order. */
  columns?: readonly string[];
  /** `feature=field`, or `feature=field:value` for a column that is 1 where a choice has that value. */
  map: readonly string[];
  outputName?: string;
  badClass?: string;
  of?: 'bad' | 'good';
}

export interface DraftRequest {
  onnxPath: string;
  /** File or bundled name of the product. */
  product: string;
  outDirectory: string;
  /** YYYY-MM-DD. */
  today: string;
}

/**
 * @returns the draft, or the questions that are still open; the class that means default is never assumed
 * @throws Failed `usage` about an answer, and everything that reading a graph can say
 */
export async function draftModel(request: DraftRequest, { map, ...answers }: DraftAnswers, bundledDir: string): Promise<Draft> {
  const { definition } = await findProduct(bundledDir, request.product);
  const { onnxPath, outDirectory, today } = request;
  return await draftManifest({
    onnxPath,
    outDirectory,
    today,
    product: definition,
    ...answers,
    map: Object.fromEntries(map.map((given) => sourceFrom(given, definition))),
    prepareFeatures,
  });
}

function sourceFrom(given: string, product: ProductDefinition): [string, FeatureSource] {
  const parts = /^(.+)=([a-z][a-z0-9_]*)(?::(.+))?$/.exec(given);
  const field = product.fields.find(({ id }) => id === parts?.[2]);
  if (parts === null || field === undefined) {
    const known = product.fields.filter(({ use }) => use === 'scored').map(({ id }) => id);
    throw usage(
      `"${given}" does not say feature=field with a field of ${product.product}.`,
      `Fields that may be scored: ${known.join(', ')}.`,
    );
  }
  const [, feature, id, value] = parts as unknown as [string, string, string, string | undefined];
  if (value === undefined) return [feature, { field: id }];
  if (field.type !== 'choice' || !field.options.some((option) => option.value === value))
    throw usage(`"${given}" names a value that the field ${id} does not have.`, 'Take one of the field’s options.');
  return [feature, { oneHot: id, value }];
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was written.', next, facts: {} });
}

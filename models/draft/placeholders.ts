/** What a draft says where nobody has said anything yet. */
import { sha256Of } from '../open-package.ts';
import type { DraftOptions } from './draft.ts';

export function headOf({ name, product, today }: DraftOptions): Record<string, unknown> {
  const nextYear = `${Number(today.slice(0, 4)) + 1}${today.slice(4).replace('-02-29', '-02-28')}`;
  const title = { en: `Draft for ${product.title.en}` };
  return {
    format: 'outpost-model/1',
    name: name ?? `${product.product}-draft`,
    version: '0.1.0',
    product: product.product,
    title,
    description: 'A draft made from a bare ONNX file. Describe the model here.',
    owner: 'not named yet',
    trainedOn: today,
    validatedOn: null,
    expiresOn: nextYear,
    outcomeWindowMonths: null,
  };
}

export function tailOf(bytes: Uint8Array): Record<string, unknown> {
  return {
    calibration: null,
    scaling: { baseScore: 600, baseOdds: 20, pdo: 50 },
    trainingData: { description: 'not described yet', sha256: null, rows: 0, bads: 0 },
    metrics: {},
    limits: [],
    files: { 'model.onnx': sha256Of(bytes) },
  };
}

/** A product definition for checking a model or a policy against: named by a file, or a bundled one by its name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../contract/failure.ts';
import type { LoadedProduct } from '../decision/ports.ts';
import { parseProduct, readBytes } from './artefacts/parse-artefact.ts';
import { bundledProducts } from './artefacts/read-bundle.ts';

/**
 * @param given a file, or the name of a bundled product
 * @throws Failed `product-unknown`, `file-unreadable`, `file-malformed`
 */
export async function findProduct(bundledDir: string, given: string): Promise<LoadedProduct> {
  const bundled = join(bundledDir, given, 'product.json');
  const isName = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(given);
  const path = isName && existsSync(bundled) ? bundled : given;
  if (isName && path !== bundled && !existsSync(path))
    throw new Failed({
      kind: 'product-unknown',
      happened: `No product ${given} comes with this program, and there is no such file.`,
      safe: 'Nothing was changed.',
      next: `Name the file of a product definition, or one of: ${bundledProducts(bundledDir).join(', ')}.`,
      facts: { product: given },
    });
  return await parseProduct(readBytes(path), path);
}

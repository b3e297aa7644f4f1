/** Everything that must hold before a package may decide here, the graph being run in a disposable process. */

import { prepareFeatures } from '../decision/features.ts';
import type { LoadedProduct } from '../decision/ports.ts';
import { checkPackage, type PackageReport } from '../models/check-package.ts';
import { openPackage } from '../models/open-package.ts';
import { CHECK_LIMITS } from './check-limits.ts';
import { findProduct } from './find-product.ts';

export interface ModelCheck extends PackageReport {
  /** What it was compared with; null when the package cannot be opened. */
  product: LoadedProduct | null;
}

/**
 * @param given product definition's file or bundled name; null: the product that the manifest names, among the bundled ones
 * @throws Failed `product-unknown`, `file-unreadable`, `file-malformed` about the product; what is wrong with the package is in the report
 */
export async function checkModel(path: string, given: string | null, bundledDir: string): Promise<ModelCheck> {
  const opened = await openPackage(path);
  const product = 'failure' in opened ? null : await findProduct(bundledDir, given ?? opened.manifest.product);
  const fit = product === null ? null : (manifest: Parameters<typeof prepareFeatures>[0]) => prepareFeatures(manifest, product.definition);
  return { ...(await checkPackage(path, { prepareFeatures: fit, ...CHECK_LIMITS })), product };
}

/** What comes with the program: per product a definition, a policy, a champion and perhaps a challenger. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import type { LoadedPolicy, LoadedProduct } from '../../decision/ports.ts';
import { type OpenedPackage, openPackage } from '../../models/open-package.ts';
import { parsePolicy, parseProduct, readBytes } from './parse-artefact.ts';

export interface BundledProduct {
  product: { loaded: LoadedProduct; bytes: Uint8Array };
  policy: { loaded: LoadedPolicy; bytes: Uint8Array };
  champion: OpenedPackage;
  challenger: OpenedPackage | null;
}

/** Folders of the bundle that hold a product, by the product's name. */
export function bundledProducts(bundledDir: string): string[] {
  return readdirSync(bundledDir)
    .filter((name) => existsSync(join(bundledDir, name, 'product.json')))
    .sort();
}

/** @throws Failed `file-malformed`, `policy-malformed`, `model-package-malformed`, `model-package-unsafe` */
export async function readBundled(bundledDir: string, name: string): Promise<BundledProduct> {
  const folder = join(bundledDir, name);
  const productBytes = readBytes(join(folder, 'product.json'));
  const policyBytes = readBytes(join(folder, 'policy.json'));
  const challenger = join(folder, 'challenger');
  return {
    product: { loaded: await parseProduct(productBytes, join(folder, 'product.json')), bytes: productBytes },
    policy: { loaded: await parsePolicy(policyBytes, join(folder, 'policy.json')), bytes: policyBytes },
    champion: await opened(join(folder, 'champion')),
    challenger: existsSync(challenger) ? await opened(challenger) : null,
  };
}

async function opened(path: string): Promise<OpenedPackage> {
  const found = await openPackage(path);
  if ('failure' in found) throw new Failed(found.failure);
  return found;
}

/** The players of the Shapley game are the characteristics that an officer knows: all columns of one are present or absent together. */
import type { ModelManifest } from '../../contract/model-package.ts';

/** @returns for each feature the index of its characteristic, in the manifest's orders */
export function playersOf(manifest: ModelManifest): Int32Array {
  const index = new Map(manifest.characteristics.map(({ id }, i) => [id, i]));
  return Int32Array.from(manifest.features, (feature) => index.get(feature.characteristic)!);
}

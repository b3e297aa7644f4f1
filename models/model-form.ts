/** What kind of model a graph is, for explaining it. */
import type { ModelManifest } from '../contract/model-package.ts';
import type { FeatureRow, ModelForm, Scorer } from '../decision/ports.ts';
import type { GraphProto } from './onnx/read-model.ts';

export async function recogniseForm(
  _graph: GraphProto,
  _manifest: ModelManifest,
  _sample: readonly FeatureRow[],
  _scorer: Scorer,
): Promise<ModelForm> {
  return { kind: 'opaque' };
}

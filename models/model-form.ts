/**
 * What kind of model a graph is, for explaining it exactly: a sum of trees, a linear sum, or neither. A reading of the graph is
 * only believed when it predicts what the runtime predicts; else the model is opaque, which is slower to explain and never wrong.
 */
import type { ModelManifest } from '../contract/model-package.ts';
import type { FeatureRow, ModelForm, Scorer, TreeEnsemble } from '../decision/ports.ts';
import { columnsOf } from './forms/graph-columns.ts';
import { type ExplainedForm, FORM_TOLERANCE, predictPd } from './forms/predict-form.ts';
import { affine, type Quantity } from './forms/quantity.ts';
import type { GraphProto } from './onnx/read-model.ts';

/**
 * @param sample rows to compare on; each is also tried with every feature that may be missing left out of it
 */
export async function recogniseForm(
  graph: GraphProto,
  manifest: ModelManifest,
  sample: readonly FeatureRow[],
  scorer: Scorer,
): Promise<ModelForm> {
  const form = readForm(graph, manifest);
  if (form === null) return { kind: 'opaque' };
  const rows = [...sample, ...rowsWithGaps(manifest, sample)];
  const scored = await scorer.score(rows);
  const agrees = scored.every(
    (result, i) => 'pd' in result && Math.abs(predictPd(form, rows[i]!, manifest.calibration) - result.pd) <= FORM_TOLERANCE,
  );
  return agrees ? form : { kind: 'opaque' };
}

function rowsWithGaps(manifest: ModelManifest, sample: readonly FeatureRow[]): FeatureRow[] {
  return manifest.features.flatMap((feature, index) => {
    const row = sample[index % sample.length];
    return feature.mayBeMissing && row !== undefined ? [row.with(index, null)] : [];
  });
}

function readForm(graph: GraphProto, manifest: ModelManifest): ExplainedForm | null {
  const { output } = manifest;
  const column = columnsOf(graph, manifest, output.name)?.[output.badIndex];
  if (column === undefined) return null;
  // A logistic column that is called log-odds would go through the logistic function twice.
  if (output.scale === 'log-odds' && column.logistic) return null;
  const scale = output.scale === 'log-odds' || column.logistic ? 'log-odds' : 'probability';
  const core: Quantity = { ...column, logistic: false };
  const ofBad = output.of === 'bad' ? core : affine(core, -1, scale === 'probability' ? 1 : 0);
  if (ofBad === null) return null;
  if (ofBad.kind === 'trees') return ensembleFrom(ofBad, scale);
  return scale === 'log-odds' ? { kind: 'linear', coefficients: ofBad.coefficients, intercept: ofBad.base } : null;
}

function ensembleFrom({ table, features, values, base }: Extract<Quantity, { kind: 'trees' }>, scale: TreeEnsemble['scale']): TreeEnsemble {
  return {
    kind: 'trees',
    roots: Int32Array.from(table.roots),
    feature: table.feature.map((column) => (column === -1 ? -1 : (features[column] ?? -1))),
    threshold: Float32Array.from(table.threshold),
    mode: table.mode.map((mode) => (mode === 'MEMBER' ? 'LEAF' : mode)),
    whenTrue: table.whenTrue,
    whenFalse: table.whenFalse,
    // Not-a-number is unequal to everything, so that a missing value passes a NEQ test whatever its track says.
    missingTrue: table.missingTrue.map((track, i) => (track === 1 || table.mode[i] === 'NEQ' ? 1 : 0)),
    value: values,
    base,
    scale,
  };
}

/** A bundled product with its real policy and manifest, and a linear stand-in for its model that runs in a browser. */
import type { FeatureValue, ModelManifest } from '../../contract/model-package.ts';
import { backgroundSample, modelManifest } from '../../contract/model-package.ts';
import { policy } from '../../contract/policy.ts';
import { productDefinition } from '../../contract/product.ts';
import { type Decider, prepareDecider } from '../../decision/decide.ts';
import type { LoadedModel } from '../../decision/ports.ts';
import { logistic } from '../../decision/score.ts';
import instalmentBackground from '../../models/bundled/instalment-loan/champion/background.json' with { type: 'json' };
import instalmentManifest from '../../models/bundled/instalment-loan/champion/manifest.json' with { type: 'json' };
import instalmentPolicy from '../../models/bundled/instalment-loan/policy.json' with { type: 'json' };
import instalmentProduct from '../../models/bundled/instalment-loan/product.json' with { type: 'json' };
import personalBackground from '../../models/bundled/personal-loan/champion/background.json' with { type: 'json' };
import personalManifest from '../../models/bundled/personal-loan/champion/manifest.json' with { type: 'json' };
import personalPolicy from '../../models/bundled/personal-loan/policy.json' with { type: 'json' };
import personalProduct from '../../models/bundled/personal-loan/product.json' with { type: 'json' };

const digest = (letter: string) => letter.repeat(64);

/** PD rises or falls with each column as the manifest's monotone constraint says, by a quarter of a log-odds per standard deviation. */
function linearModel(manifest: ModelManifest, rows: FeatureValue[][]): LoadedModel {
  const numbers = manifest.features.map((_, column) => rows.map((row) => Number(row[column] ?? 0)));
  const means = numbers.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const deviations = numbers.map(
    (values, column) => Math.sqrt(values.reduce((sum, value) => sum + (value - (means[column] ?? 0)) ** 2, 0) / values.length) || 1,
  );
  const direction = { increasing: 0.5, decreasing: -0.5 };
  const coefficients = Float64Array.from(
    manifest.features,
    (feature, column) => (feature.monotone ? direction[feature.monotone] : 0.05) / (deviations[column] ?? 1),
  );
  const intercept = Math.log(0.12 / 0.88) - means.reduce((sum, mean, column) => sum + mean * (coefficients[column] ?? 0), 0);
  const score = (row: readonly FeatureValue[]) => {
    if (row.some((value) => value === null)) return { failed: 'The stand-in model takes no missing values.' };
    return { pd: logistic(row.reduce<number>((sum, value, column) => sum + Number(value) * (coefficients[column] ?? 0), intercept)) };
  };
  return {
    artefact: { name: manifest.name, version: manifest.version, sha256: digest('a') },
    manifest: { ...manifest, calibration: null },
    background: { description: 'stand-in', rows },
    form: { kind: 'linear', coefficients, intercept },
    scorer: { score: async (all) => all.map(score) },
  };
}

function load(parts: { product: unknown; policy: unknown; manifest: unknown; background: unknown }) {
  const definition = productDefinition.parse(parts.product);
  const rules = policy.parse(parts.policy);
  const model = linearModel(modelManifest.parse(parts.manifest), backgroundSample.parse(parts.background).rows);
  const product = { artefact: { name: definition.product, version: definition.version, sha256: digest('b') }, definition };
  const loadedPolicy = { artefact: { name: rules.name, version: rules.version, sha256: digest('c') }, policy: rules };
  const prepared = prepareDecider({ product, model, policy: loadedPolicy });
  if ('failure' in prepared) throw new Error(prepared.failure.happened);
  return { product, policy: loadedPolicy, model, decider: prepared.decider as Decider };
}

export type FakeProduct = ReturnType<typeof load>;

export const INSTALMENT = load({
  product: instalmentProduct,
  policy: instalmentPolicy,
  manifest: instalmentManifest,
  background: instalmentBackground,
});
export const PERSONAL = load({
  product: personalProduct,
  policy: personalPolicy,
  manifest: personalManifest,
  background: personalBackground,
});

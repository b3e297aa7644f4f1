/** One exact explanation against one bare run of the model. */
import { join } from 'node:path';
import { prepareExplainer } from '../../decision/explain/explainer.ts';
import { prepareFeatures } from '../../decision/features.ts';
import { readAnswers } from '../../decision/validate.ts';
import { openBareModel } from './floors/bare-model.ts';
import { interleave, ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Result } from './measure/result.ts';
import { BUNDLED_DIR, freshApplications, openOffice, PRODUCT } from './office.ts';

const PLAN = { rounds: 150, repeats: 14, warmUp: 1000 };

export async function benchExplain(folder: string, dataDir: string): Promise<Result> {
  const branch = await openOffice(dataDir);
  const count = PLAN.warmUp + PLAN.rounds * PLAN.repeats;
  const { product, model } = await branch.ready(PRODUCT);
  const builder = prepareFeatures(model!.manifest, product.definition);
  if ('failure' in builder) throw new Error(builder.failure.happened);
  const applications = await freshApplications(branch, join(folder, 'explain.csv'), count, 1);
  const rows = applications.map((application) => builder.build(readAnswers(product.definition, application).answers).values);
  const pds = (await model!.scorer.score(rows)).map((row) => ('pd' in row ? row.pd : Number.NaN));
  const bare = await openBareModel(join(BUNDLED_DIR, PRODUCT, 'champion'));
  const explainer = prepareExplainer(model!);
  const explain = async (i: number) => {
    const [explanation] = await explainer.explain([rows[i]!], [pds[i]!]);
    if (explanation === undefined || 'failed' in explanation) throw new Error(explanation?.failed ?? 'no explanation');
  };
  const { ours, run } = await interleave({ ours: explain, run: (i) => bare.run(rows[i]!) }, PLAN);
  await bare.release();
  await branch.close();
  const trees = model!.form.kind === 'trees' ? model!.form.roots.length : 0;
  return {
    name: 'explain',
    about: [
      `Exact interventional Shapley values of ${trees} trees against ${model!.background.rows.length} background rows, with their checks.`,
      'Floor: one run of the bare ONNX session on the same single row.',
    ],
    findings: [
      {
        what: 'one applicant, not seen before',
        ours: spreadOf(ours).median,
        floor: spreadOf(run).median,
        unit: 'µs',
        ratio: ratiosOf(ours, run),
        target: { atMost: 2 },
      },
    ],
  };
}

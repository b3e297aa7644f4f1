/** The runtime by itself: one row in, one answer out, nothing checked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeatureRow } from '../../../decision/ports.ts';

export interface BareModel {
  /** Probability of bad, before calibration. */
  run(row: FeatureRow): Promise<number>;
  release(): Promise<void>;
}

/**
 * The champion's own graph with the options that the program uses. Each run makes its row's tensor, since every row is another one.
 * @param packageDir a package with one [N,F] float input `features` and the output `probabilities`
 */
export async function openBareModel(packageDir: string): Promise<BareModel> {
  const session = await InferenceSession.create(readFileSync(join(packageDir, 'model.onnx')), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  });
  return {
    async run(row) {
      const values = new Float32Array(row.length);
      for (let i = 0; i < row.length; i++) values[i] = (row[i] as number | null) ?? Number.NaN;
      const { probabilities } = await session.run({ features: new Tensor('float32', values, [1, row.length]) }, ['probabilities']);
      return (probabilities!.data as Float32Array)[1]!;
    },
    release: () => session.release(),
  };
}

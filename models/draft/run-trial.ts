/** What a graph answers with, found out by asking it. */
import type { FeatureRow } from '../../decision/ports.ts';
import type { OpenSession } from '../open-session.ts';
import { malformed } from '../package-failure.ts';
import type { Trial } from './draft-output.ts';

export async function runTrial(session: OpenSession, rows: readonly FeatureRow[]): Promise<Trial> {
  const step = session.takesOneRow ? 1 : rows.length;
  const picks = rows.map((_, index) => index);
  const trial: Trial = { width: 1, inRange: true, sumsToOne: true };
  for (let from = 0; from < rows.length; from += step) {
    const answer = await session.run(session.feeder.feed(rows, picks, from, Math.min(from + step, rows.length)));
    const { data, dims } = answer ?? { data: [], dims: [] };
    if (!(data instanceof Float32Array || data instanceof Float64Array))
      throw malformed('the ONNX file', 'its answer holds no floating-point numbers');
    trial.width = dims[1] ?? 1;
    for (let row = 0; row < data.length; row += trial.width) {
      const cells = [...data.subarray(row, row + trial.width)];
      trial.inRange &&= cells.every((cell) => cell >= -1e-6 && cell <= 1 + 1e-6);
      trial.sumsToOne &&= Math.abs(cells.reduce((sum, cell) => sum + cell, 0) - 1) < 1e-5;
    }
  }
  return trial;
}

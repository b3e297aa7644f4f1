/** One session of the runtime over a graph whose ZipMaps have been dropped, with what it takes to feed it. */
import { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '../contract/model-package.ts';
import type { Run } from './create-scorer.ts';
import { createFeeder, type Feeder } from './feed-rows.ts';
import { MAX_RUN_ROWS } from './limits.ts';
import { malformed } from './package-failure.ts';
import type { SessionShape } from './session-shape.ts';

export interface OpenSession {
  feeder: Feeder;
  run: Run;
  /** The graph is made for one row at a time. */
  takesOneRow: boolean;
  release(): Promise<void>;
}

/**
 * One thread and sequential execution: with two threads the last bits of some scores change from run to run, which breaks replay.
 * Severity 4 keeps the runtime's own messages, which may quote values, off stderr.
 */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
};

/**
 * @param runnable the graph as `describeSession` gives it
 * @throws Failed `model-package-malformed` when the runtime does not take the graph
 */
export async function openSession(
  runnable: Uint8Array,
  { fetch, rankOne, takesOneRow }: SessionShape,
  manifest: Pick<ModelManifest, 'inputs' | 'features'>,
): Promise<OpenSession> {
  const session = await create(runnable);
  return {
    feeder: createFeeder(manifest, MAX_RUN_ROWS, new Set(rankOne)),
    run: async (feeds) => (await session.run(feeds, [fetch]))[fetch],
    takesOneRow,
    release: () => session.release(),
  };
}

async function create(bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, OPTIONS);
  } catch (error) {
    throw malformed(
      'model.onnx',
      `the runtime does not take it (${error instanceof Error ? error.message.slice(0, 500) : 'no reason given'})`,
    );
  }
}

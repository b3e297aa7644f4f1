/** One session of the runtime over a graph whose ZipMaps have been dropped, with what it takes to feed it. */
import { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '../contract/model-package.ts';
import type { Run } from './create-scorer.ts';
import { createFeeder, type Feeder } from './feed-rows.ts';
import { graphInputs } from './graph/describe-graph.ts';
import { MAX_RUN_ROWS } from './limits.ts';
import { dropZipMaps, isZipMap } from './onnx/drop-zipmap.ts';
import { type GraphProto, readModel, writeModel } from './onnx/read-model.ts';
import { malformed } from './package-failure.ts';

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
 * @param bytes model.onnx
 * @param graph the same, read; it has passed the static checks
 * @throws Failed `model-package-malformed` when the runtime does not take the graph
 */
export async function openSession(
  bytes: Uint8Array,
  graph: GraphProto,
  manifest: Pick<ModelManifest, 'inputs' | 'features'>,
  output: string,
): Promise<OpenSession> {
  const inputs = graphInputs(graph);
  const { runnable, fetch } = withoutZipMaps(bytes, graph, output);
  const session = await create(runnable);
  const rankOne = new Set(inputs.filter((input) => input.dims?.length === 1).map((input) => input.name));
  return {
    feeder: createFeeder(manifest, MAX_RUN_ROWS, rankOne),
    run: async (feeds) => (await session.run(feeds, [fetch]))[fetch],
    takesOneRow: inputs.some((input) => input.dims?.[0] === 1),
    release: () => session.release(),
  };
}

/** The file itself where it has no ZipMap; else a copy, because the graph that was given is still read for its class names. */
function withoutZipMaps(bytes: Uint8Array, graph: GraphProto, output: string): { runnable: Uint8Array; fetch: string } {
  if (!graph.node.some(isZipMap)) return { runnable: bytes, fetch: output };
  const copy = readModel(bytes);
  const replaced = dropZipMaps(copy.graph);
  return { runnable: writeModel(copy), fetch: replaced.get(output) ?? output };
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

/** A bare ONNX file as a data scientist exported it. */
import { open } from 'node:fs/promises';
import { Failed } from '../../contract/failure.ts';
import { checkGraph } from '../graph/check-graph.ts';
import { MAX_MODEL_BYTES } from '../limits.ts';
import { type GraphProto, readModel } from '../onnx/read-model.ts';
import { malformed, packageFailure, unsafe } from '../package-failure.ts';

/** @throws Failed `file-unreadable`, or `model-package-unsafe` when it is too large */
export async function readOnnx(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      if (size > MAX_MODEL_BYTES) throw unsafe(path, `is larger than ${MAX_MODEL_BYTES} bytes`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Failed || !(error instanceof Error && 'code' in error)) throw error;
    throw new Failed({
      kind: 'file-unreadable',
      happened: `The file ${path} cannot be read (${String(error.code)}).`,
      safe: 'Nothing was written.',
      next: 'Check the path.',
      facts: { path },
    });
  }
}

/** @throws Failed with the first static check that the graph does not pass */
export function readSoundGraph(bytes: Uint8Array): GraphProto {
  let model: ReturnType<typeof readModel>;
  try {
    model = readModel(bytes);
  } catch (error) {
    throw malformed('the ONNX file', error instanceof Error ? error.message : 'cannot be read');
  }
  const wrong = checkGraph(model).find((check) => check.problem !== null);
  if (wrong !== undefined)
    throw new Failed(
      packageFailure(wrong.kind, 'the ONNX file', wrong.problem ?? wrong.name, 'Export the model again as the message says.'),
    );
  return model.graph;
}

/** Which ONNX Runtime computes the scores: named in every log entry, because another version may round differently. */
import { createRequire } from 'node:module';

/** Read from the package's own description, which does not load the native library (that costs some 30 ms). */
export const runtimeVersion: string = (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version;

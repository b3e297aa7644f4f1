/** Which programs take part in a decision: named in every entry, so that replay can name a difference in them as a cause. */
import { runtimeVersion } from '../models/runtime-version.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { CodeVersions } from './log/branch-log.ts';

export const codeVersions: CodeVersions = {
  node: process.versions.node,
  onnxruntime: runtimeVersion,
  outpost: packageJson.version,
  platform: `${process.platform}-${process.arch}`,
};

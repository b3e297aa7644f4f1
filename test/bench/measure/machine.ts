/** Facts about the machine, without which no number means anything. */
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { runtimeVersion } from '../../../models/runtime-version.ts';

/** statfs(2) magic numbers of the file systems that are met most. */
const FILE_SYSTEMS: Record<number, string> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  2035054128: 'overlayfs',
};

export interface Machine {
  processor: string;
  cores: number;
  memoryGB: number;
  system: string;
  fileSystem: string;
  node: string;
  onnxruntime: string;
  /** Processes that wanted a core in the last minute: above `cores` the machine was not quiet. */
  load: number;
}

/** @param folder where the measurements write */
export function describeMachine(folder: string): Machine {
  const { type } = statfsSync(folder);
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    fileSystem: FILE_SYSTEMS[type] ?? `type ${type}`,
    node: process.versions.node,
    onnxruntime: runtimeVersion,
    load: loadavg()[0] ?? Number.NaN,
  };
}

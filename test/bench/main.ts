/** `npm run bench -- [decide|batch|explain|append|verify|proof|start|list|updates|shadow|sync|sync-line|receiver|fleet …] [--json FILE]`: ratios to floors that are measured in the same run. Never fails a build. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { benchAppend } from './append.ts';
import { benchBatch } from './batch.ts';
import { benchDecide } from './decide.ts';
import { benchExplain } from './explain.ts';
import { benchFleet } from './fleet.ts';
import { benchList } from './list.ts';
import { describeMachine } from './measure/machine.ts';
import { printResult } from './measure/print-result.ts';
import { isMet, type Result } from './measure/result.ts';
import { openOffice } from './office.ts';
import { benchProof } from './proof.ts';
import { benchReceiver } from './receiver.ts';
import { benchShadow } from './shadow.ts';
import { benchStart } from './start.ts';
import { benchSync } from './sync.ts';
import { benchSyncLine } from './sync-line.ts';
import { benchUpdates } from './updates.ts';
import { benchVerify } from './verify.ts';

/** @param folder for the benchmark alone; @param dataDir a data folder with the bundled products, which it may fill */
type Benchmark = (folder: string, dataDir: string) => Promise<Result>;

const BENCHMARKS: Record<string, Benchmark> = {
  explain: benchExplain,
  append: benchAppend,
  decide: benchDecide,
  verify: benchVerify,
  proof: benchProof,
  start: benchStart,
  batch: benchBatch,
  list: benchList,
  updates: benchUpdates,
  shadow: benchShadow,
  sync: benchSync,
  'sync-line': benchSyncLine,
  receiver: benchReceiver,
  fleet: benchFleet,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exitCode = 2;
} else await runAll(positionals.length === 0 ? Object.keys(BENCHMARKS) : positionals);

/** The checkout's own disk is measured: a system's folder for temporary files is often one in memory. */
async function runAll(names: readonly string[]): Promise<void> {
  const out = join(ROOT, 'out');
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(join(out, 'bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const machine = describeMachine(folder);
  console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.system}, ${machine.fileSystem};`);
  console.log(`Node ${machine.node}, ONNX Runtime ${machine.onnxruntime}; load ${machine.load.toFixed(1)} before the start.\n`);
  const results: Result[] = [];
  const template = join(folder, 'template');
  await (await openOffice(template)).close();
  for (const name of names) {
    const own = join(folder, name);
    mkdirSync(own);
    const dataDir = join(own, 'data');
    cpSync(template, dataDir, { recursive: true });
    const result = await BENCHMARKS[name]!(own, dataDir);
    results.push(result);
    console.log(printResult(result).join('\n'));
    rmSync(own, { recursive: true });
  }
  if (values.json !== undefined) {
    const withVerdicts = results.map((result) => ({
      ...result,
      findings: result.findings.map((finding) => ({ ...finding, met: isMet(finding) })),
    }));
    writeFileSync(values.json, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, results: withVerdicts }, null, 2)}\n`);
  }
}

/** The branch service ready to decide in a fresh process, against a process that only opens the same runtime, model and database. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../build/root.ts';
import { ratiosOf, spreadOf } from './measure/interleave.ts';
import { launch } from './measure/launch.ts';
import type { Result } from './measure/result.ts';
import { BUNDLED_DIR, freshApplications, openOffice, PROCESSES, PRODUCT } from './office.ts';

const LAUNCHES = 15;

type Process = 'service' | 'decided' | 'source' | 'bare';

export async function benchStart(folder: string, dataDir: string): Promise<Result> {
  const bundles = join(folder, 'bundles');
  const one = join(folder, 'one.json');
  const branch = await openOffice(dataDir);
  const [application] = await freshApplications(branch, join(folder, 'one.csv'), 1, 4);
  await branch.close();
  writeFileSync(one, JSON.stringify(application));
  await bundle(bundles);
  const { wrapped } = JSON.parse(readFileSync(join(dataDir, 'key.json'), 'utf8')) as { wrapped: string };
  const key = Buffer.from(wrapped, 'base64').toString('hex');
  const commands: Record<Process, string[]> = {
    bare: [join(bundles, 'start-bare.js'), join(BUNDLED_DIR, PRODUCT, 'champion', 'model.onnx'), join(dataDir, 'outpost.db'), key],
    service: [join(bundles, 'start-service.js'), dataDir, BUNDLED_DIR],
    decided: [join(bundles, 'start-service.js'), dataDir, BUNDLED_DIR, one],
    source: ['--disable-warning=ExperimentalWarning', join(PROCESSES, 'start-service.ts'), dataDir, BUNDLED_DIR],
  };
  const times: Record<Process, number[]> = { bare: [], service: [], decided: [], source: [] };
  for (let round = -1; round < LAUNCHES; round++) {
    for (const name of Object.keys(commands) as Process[]) {
      const { firstByteMs } = await launch(process.execPath, commands[name]);
      // The first launch of each reads its files from the disk.
      if (round >= 0) times[name].push(firstByteMs);
    }
  }
  const floor = spreadOf(times.bare).median;
  const finding = (what: string, name: Process) => ({
    what,
    ours: spreadOf(times[name]).median,
    floor,
    unit: 'ms' as const,
    ratio: ratiosOf(times[name], times.bare),
  });
  return {
    name: 'start',
    about: [
      'From the launch of a process to "ready": an existing data folder open, product, policy and champion ready.',
      'Floor: a process with the same Node, the runtime with one session of the champion that ran once, and the encrypted database open.',
    ],
    findings: [
      { ...finding('service, bundled as in a release', 'service'), target: { atMost: 1.5 } },
      { ...finding('service, bundled, until a first decision is stored', 'decided'), target: null },
      { ...finding('service, from source (types stripped at each start)', 'source'), target: null },
    ],
  };
}

/** As build/electron.vite.config.ts bundles the service. */
async function bundle(into: string): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { fflate: 'fflate/browser' } },
    ssr: { noExternal: true, external: ['onnxruntime-node', 'better-sqlite3'] },
    build: {
      ssr: true,
      outDir: into,
      minify: false,
      rolldownOptions: {
        input: { 'start-service': join(PROCESSES, 'start-service.ts'), 'start-bare': join(PROCESSES, 'start-bare.ts') },
      },
    },
  });
}

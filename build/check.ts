/**
 * `npm run check` and `npm test`: everything that must hold before a change lands. Runs every step even after a failure,
 * so that one run tells all, and closes with the counts of what ran.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './root.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Of those that failed, where the runner names them. */
  names?: string[];
}

interface Step {
  name: string;
  args: string[];
  /** How many tests ran, from what the step wrote or printed; a step without it counts as one. */
  count?: (printed: string) => Counts;
}

const UNIT_REPORT = join(ROOT, 'tmp/unit.json');
const bin = (path: string): string => join(ROOT, 'node_modules', path);

function countUnit(): Counts {
  const report = JSON.parse(readFileSync(UNIT_REPORT, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numFailedTestSuites: number;
    testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[];
  };
  // A file that does not load has no failed test of its own.
  const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 ? 1 : 0);
  const names = report.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const file = relative(ROOT, name);
      const tests = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${file} ${fullName}`);
      return tests.length > 0 ? tests : [file];
    });
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests, names };
}

/** Playwright's closing lines: `  12 passed (1.2m)`, `  1 failed`, `  2 skipped`. */
function countEndToEnd(printed: string): Counts {
  const number = (word: string): number => Number(new RegExp(`^\\s+(\\d+) ${word}\\b`, 'm').exec(printed)?.[1] ?? 0);
  const names = [...printed.matchAll(/^✗ (.+)$/gm)].map(([, name]) => name!);
  return {
    passed: number('passed'),
    failed: number('failed') + number('flaky') + number('did not run'),
    skipped: number('skipped'),
    names,
  };
}

const STEPS: Step[] = [
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  { name: 'types of the screens', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.web.json'] },
  { name: 'format and lint', args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'lint with types', args: [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
  {
    name: 'rooms',
    args: [
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      'build/rooms.cjs',
      'contract',
      'decision',
      'ledger',
      'models',
      'db',
      'branch',
      'headoffice',
      'electron',
      'renderer',
      'cli',
      'build',
      'test',
      'verifier',
    ],
  },
  { name: 'dead code', args: [bin('knip/bin/knip.js')] },
  {
    name: 'unit, property and fault tests',
    args: [
      bin('vitest/vitest.mjs'),
      'run',
      '--config',
      'build/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${UNIT_REPORT}`,
    ],
    count: countUnit,
  },
  { name: 'end-to-end specs', args: ['build/e2e.ts'], count: countEndToEnd },
];

function run(args: string[]): Promise<{ ok: boolean; printed: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.on('data', (part: Buffer) => {
        to.write(part);
        printed = (printed + part.toString()).slice(-200_000);
      });
    }
    child.on('close', (code) => done({ ok: code === 0, printed }));
  });
}

mkdirSync(join(ROOT, 'tmp'), { recursive: true });
rmSync(UNIT_REPORT, { force: true });
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const step of STEPS) {
  process.stdout.write(`\n── ${step.name}\n`);
  const started = performance.now();
  const { ok, printed } = await run(step.args);
  let counts: Counts = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  if (step.count) {
    try {
      counts = step.count(printed);
    } catch (error) {
      process.stdout.write(`${step.name}: no counts to read (${String(error)})\n`);
    }
    // A runner that stops before it counts has failed, whatever it counted.
    if (!ok && counts.failed === 0) counts.failed = 1;
    if (ok && counts.passed === 0) counts.failed += 1;
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  lines.push(
    `${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds} s)`,
  );
  // At the end once more: whoever looks at the last lines alone sees which.
  lines.push(...(counts.names ?? []).map((name) => `         ${name}`));
}
process.stdout.write(
  `\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
);
process.exitCode = total.failed === 0 ? 0 : 1;

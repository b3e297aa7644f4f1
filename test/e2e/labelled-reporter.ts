/** Prints every result with the shell it was got on, so that the stand-in's are never taken for Electron's. */
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { shell } from '../../build/office.ts';

export default class LabelledReporter implements Reporter {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };

  onBegin(): void {
    process.stdout.write(`end-to-end specs on ${shell.name === 'Electron' ? 'Electron' : 'the stand-in (not Electron)'}\n`);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const kind = result.status === 'passed' ? 'passed' : result.status === 'skipped' ? 'skipped' : 'failed';
    this.#counts[kind] += 1;
    const title = test.titlePath().filter(Boolean).slice(1).join(' › ');
    process.stdout.write(`${kind === 'passed' ? '✓' : '✗'} [${shell.name}] ${title} (${(result.duration / 1000).toFixed(1)} s)\n`);
    if (kind === 'failed') for (const { stack, message } of result.errors) process.stdout.write(`${stack ?? message ?? ''}\n`);
  }

  onError(error: { stack?: string; message?: string }): void {
    process.stdout.write(`${error.stack ?? error.message ?? 'an error without a text'}\n`);
  }

  onEnd({ status, duration }: FullResult): void {
    const { passed, failed, skipped } = this.#counts;
    process.stdout.write(`[${shell.name}] end-to-end specs: ${status} after ${(duration / 1000).toFixed(0)} s\n`);
    process.stdout.write(`  ${passed} passed\n  ${failed} failed\n  ${skipped} skipped\n`);
  }
}

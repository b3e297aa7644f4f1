/** `outpost log replay`. */
import { type ReplayStep, replayRange } from '../../branch/replay/replay-range.ts';
import type { ReplayResult } from '../../contract/audit.ts';
import { lookAtWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';
import { rangeOf, type SeqOptions } from './seq-options.ts';

type Report = Extract<ReplayStep, { step: 'report' }>;

interface Options extends SeqOptions {
  data: string;
  as?: string;
  json?: true;
}

export async function runReplay({ data, as, json, ...asked }: Options): Promise<ExitCode> {
  const range = rangeOf(asked);
  const progress = new ProgressBar();
  return await lookAtWork({ data, ...(as === undefined ? {} : { as }) }, ['read-log'], async (folder) => {
    for await (const step of replayRange(folder, range)) {
      if (step.step === 'progress') {
        progress.show(step.done / Math.max(1, step.total), `${step.done} of ${step.total} entries`);
        continue;
      }
      progress.clear();
      const { step: _step, ...report } = step;
      if (json === true) printJson(report);
      else printData(inWords(step));
      return step.different + step.impossible === 0 ? EXIT.done : EXIT.found;
    }
    throw new Error('replay ended without a report');
  });
}

function inWords({ same, erased, different, impossible, results }: Report): string {
  const total = same + erased + different + impossible;
  const headline =
    total === 0
      ? 'There is no decision among these entries.'
      : different + impossible === 0
        ? `All ${total} decisions come out as they were stored, bit for bit.`
        : `${different} of ${total} decisions DIFFER from what was stored; ${impossible} cannot be decided again.`;
  const lines = [headline, `same ${same}, erased ${erased}, different ${different}, impossible ${impossible}`];
  if (erased > 0) lines.push('Erased: the same decision, of somebody whose identity is no longer there.');
  for (const result of results.filter(({ verdict }) => verdict !== 'erased')) lines.push(...resultInWords(result));
  return `${lines.join('\n')}\n`;
}

function resultInWords({ seq, verdict, differences, causes }: ReplayResult): string[] {
  return [
    `- entry ${seq}: ${verdict}`,
    ...differences.flatMap(({ part, stored, computed }) => [`    ${part}`, `      stored   ${stored}`, `      computed ${computed}`]),
    ...causes.map((cause) => `    ${cause}`),
  ];
}

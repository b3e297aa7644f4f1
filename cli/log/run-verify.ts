/** `outpost log verify`. */
import { verifyLog } from '../../branch/log/verify-log.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';

/** Of a verification: 2 is an unwitnessed tail (docs/log.md). */
const CODES: Record<VerifyReport['verdict'], ExitCode> = {
  intact: EXIT.done,
  'intact-unwitnessed-tail': EXIT.input,
  tampered: EXIT.found,
  malformed: EXIT.unsafe,
};

export async function runVerify({ data, json }: { data: string; json?: true }): Promise<ExitCode> {
  const folder = await lookIntoDataFolder(data);
  const progress = new ProgressBar();
  try {
    for await (const step of verifyLog(folder.db)) {
      if (step.step === 'progress') {
        progress.show(step.done / Math.max(1, step.total), `${step.done} of ${step.total} entries`);
        continue;
      }
      progress.clear();
      if (json === true) printJson(step.report);
      else printData(inWords(step.report));
      return CODES[step.report.verdict];
    }
    throw new Error('verification ended without a report');
  } finally {
    folder.close();
  }
}

function inWords({ verdict, size, countersigned, root, findings }: VerifyReport): string {
  const tail = size - countersigned;
  const headline: Record<VerifyReport['verdict'], string> = {
    intact: 'Intact.',
    'intact-unwitnessed-tail': 'Intact, with an unwitnessed tail.',
    tampered: 'TAMPERED: the log is not what was stored.',
    malformed: 'MALFORMED: the log cannot be read as one.',
  };
  const lines = [headline[verdict], `${size} entries, root ${root}`];
  if (tail > 0)
    lines.push(
      countersigned === 0
        ? 'No witness has countersigned any of them: whoever holds this PC and its key could have rewritten all of it.'
        : `Witnesses have countersigned the first ${countersigned}; whoever holds this PC and its key could have rewritten the last ${tail}.`,
    );
  for (const { seq, message } of findings) lines.push(`- ${seq === null ? '' : `entry ${seq}: `}${message}`);
  return `${lines.join('\n')}\n`;
}

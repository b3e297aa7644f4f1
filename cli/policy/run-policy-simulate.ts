/** `outpost policy simulate`. */
import { parsePolicy, readBytes } from '../../branch/artefacts/parse-artefact.ts';
import { type SimulationReport, simulatePolicy } from '../../branch/simulate-policy.ts';
import { Failed } from '../../contract/failure.ts';
import { lookAtWork } from '../at-work.ts';
import { percent, shiftInWords } from '../compare/shift-in-words.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';

interface Options {
  data: string;
  as?: string;
  product?: string;
  from?: string;
  to?: string;
  json?: true;
}

/** Counts only, but over everybody's decisions: for those who may see them all. */
export async function runPolicySimulate(file: string, { data, as, product, from, to, json }: Options): Promise<ExitCode> {
  const range = { from: dayOf('--from', from), to: dayOf('--to', to) };
  const policy = await parsePolicy(readBytes(file), file);
  if (product !== undefined && product !== policy.policy.product)
    throw usage(`The policy is for ${policy.policy.product}, not for ${product}.`, 'Name the policy of that product.');
  const progress = new ProgressBar();
  return await lookAtWork({ data, ...(as === undefined ? {} : { as }) }, ['see-all-decisions', 'read-log'], async (folder) => {
    for await (const step of simulatePolicy(folder, policy, range)) {
      if (step.step === 'progress') {
        progress.show(step.done / Math.max(1, step.total), `${step.done} of ${step.total} entries`);
        continue;
      }
      progress.clear();
      if (json === true) printJson(step.report);
      else printData(inWords(step.report));
      return step.report.damaged === 0 ? EXIT.done : EXIT.found;
    }
    throw new Error('the simulation ended without a report');
  });
}

function inWords(report: SimulationReport): string {
  const { policy, product, approvedBefore, approvedAfter, fired, findings, damaged } = report;
  const lines = [
    `${policy.name} ${policy.version} over the past applications for ${product}, by the PDs and scores of the day, dates apart:`,
  ];
  lines.push(...shiftInWords(report));
  const rate = ({ count, expectedBadRate }: SimulationReport['approvedBefore']) =>
    `${count} approved, expected bad rate ${expectedBadRate === null ? '-' : percent(expectedBadRate)}`;
  lines.push(`Before: ${rate(approvedBefore)}. After: ${rate(approvedAfter)}.`);
  if (fired.length > 0) lines.push('Rules of it that hold:', ...fired.map(({ rule, count }) => `  ${rule}  ${count}`));
  for (const { level, table, rule, message } of findings)
    lines.push(`${level} ${[table, rule].filter((part) => part !== null).join('/')}: ${message}`);
  if (damaged > 0)
    lines.push(`${damaged} entries are not what was hashed when they were stored, and were left out. Run outpost log verify.`);
  return `${lines.join('\n')}\n`;
}

function dayOf(option: string, given: string | undefined): string | null {
  if (given === undefined) return null;
  if (/^\d{4}-\d{2}-\d{2}$/.test(given) && new Date(`${given}T00:00:00Z`).toJSON()?.startsWith(given) === true) return given;
  throw usage(`${option} takes a day as YYYY-MM-DD.`, 'Give the day by the clock of the PC that decided.');
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was simulated.', next, facts: {} });
}

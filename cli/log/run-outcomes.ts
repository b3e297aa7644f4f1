/** `outpost log outcomes`. */

import { type LabelledDecision, listOutcomes } from '../../branch/outcomes/list-outcomes.ts';
import { Failed } from '../../contract/failure.ts';
import { lookAtWork, type WorkOptions } from '../at-work.ts';
import { csvLine } from '../csv-line.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';

interface Options extends WorkOptions {
  product?: string;
  from?: string;
  to?: string;
  json?: true;
}

export async function runOutcomes({ product, from, to, json, ...work }: Options): Promise<ExitCode> {
  const [first, last] = [dayOf('--from', from), dayOf('--to', to)];
  const found = await lookAtWork(work, ['read-log'], async ({ db }) => listOutcomes(db, product ?? null, first, last));
  if (json === true) printJson(found);
  else printData(csvLine(COLUMNS) + found.map((each) => csvLine(COLUMNS.map((column) => each[column]))).join(''));
  if (found.length === 0) say('No outcome has come of such decisions.');
  return EXIT.done;
}

const COLUMNS = [
  'decision',
  'application',
  'product',
  'wall',
  'outcome',
  'pd',
  'score',
  'modelVersion',
  'performance',
  'monthsOnBook',
  'asOf',
  'seq',
] as const satisfies readonly (keyof LabelledDecision)[];

function dayOf(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  throw new Failed({
    kind: 'usage',
    happened: `${option} takes a day.`,
    safe: 'Nothing was changed.',
    next: 'Give it as 2027-05-31.',
    facts: {},
  });
}

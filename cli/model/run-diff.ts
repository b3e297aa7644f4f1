/** `outpost model diff`. */
import { compareModels, type ModelComparison } from '../../branch/compare-models.ts';
import { shiftInWords } from '../compare/shift-in-words.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

interface Options {
  rows?: string;
  product?: string;
  policy?: string;
  json?: true;
}

export async function runDiff(before: string, after: string, { rows, product, policy, json }: Options): Promise<ExitCode> {
  const request = { before, after, rows: rows ?? null, product: product ?? null, policy: policy ?? null };
  const comparison = await compareModels(request, BUNDLED_DIR);
  if (json === true) printJson(comparison);
  else printData(inWords(comparison));
  return EXIT.done;
}

function inWords({ before, after, policy, changes, metrics, reference, pdShift, scoreShift, decisions }: ModelComparison): string {
  const lines = [`${before.name} ${before.version} -> ${after.name} ${after.version}`, ''];
  if (changes.length === 0) lines.push('The manifests say the same of features, output and score.');
  for (const { message } of changes) lines.push(`- ${message}`);
  lines.push('', 'Figures of their own test rows, which need not be the same rows:');
  for (const one of metrics)
    lines.push(`  ${one.metric.padEnd(24)} ${String(one.before ?? '-').padStart(10)} ${String(one.after ?? '-').padStart(10)}`);
  const { from, applications, featureRows, setAside, notScored } = reference;
  lines.push('', `Compared on ${applications} applications and ${featureRows} rows of features: ${from}.`);
  if (setAside > 0) lines.push(`${setAside} rows could not be read as applications and were set aside.`);
  if (notScored > 0) lines.push(`${notScored} were not scored by both.`);
  if (scoreShift !== null) lines.push(`Score, after - before: ${spreadInWords(scoreShift, 1)}`);
  if (pdShift !== null) lines.push(`PD, after - before:    ${spreadInWords(pdShift, 4)}`);
  if (decisions === null) lines.push('No policy comes with this product: name one with --policy to compare decisions.');
  else lines.push('', `Decided by ${policy?.name} ${policy?.version}, dates apart:`, ...shiftInWords(decisions));
  return `${lines.join('\n')}\n`;
}

function spreadInWords({ mean, ...points }: NonNullable<ModelComparison['scoreShift']>, digits: number): string {
  const names = ['min', 'p5', 'p25', 'p50', 'p75', 'p95', 'max'] as const;
  return `mean ${mean.toFixed(digits)}; ${names.map((name) => `${name} ${points[name].toFixed(digits)}`).join(', ')}`;
}

/** `outpost policy diff`. */
import { comparePolicyFiles, type PolicyComparison } from '../../branch/compare-policies.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

export async function runPolicyDiff(
  before: string,
  after: string,
  { product, json }: { product?: string; json?: true },
): Promise<ExitCode> {
  const comparison = await comparePolicyFiles(before, after, product ?? null, BUNDLED_DIR);
  if (json === true) printJson(comparison);
  else printData(inWords(comparison));
  return comparison.before.ok && comparison.after.ok ? EXIT.done : EXIT.found;
}

function inWords({ before, after, changes }: PolicyComparison): string {
  const lines = [`${before.policy.name} ${before.policy.version} -> ${after.policy.name} ${after.policy.version}`];
  if (changes.length === 0) lines.push('Nothing changed.');
  for (const { table, rule, message } of changes) {
    const place = [table, rule].filter((part) => part !== null).join('/');
    lines.push(`- ${place === '' ? '' : `${place}: `}${message}`);
  }
  for (const one of [before, after]) {
    lines.push(
      `Findings of ${one.policy.version} (${one.ok ? 'may be used' : 'MUST NOT be used'}): ${one.findings.length === 0 ? 'none' : ''}`.trimEnd(),
    );
    for (const { level, table, rule, message } of one.findings)
      lines.push(`  ${level} ${[table, rule].filter((part) => part !== null).join('/')}: ${message}`);
  }
  return `${lines.join('\n')}\n`;
}

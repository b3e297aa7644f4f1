/** `outpost headoffice outcomes`: its options and examples. */
import type { Command } from 'commander';
import { ofHeadOffice, type Report } from './store-options.ts';

export function addOutcomes(headOffice: Command, report: Report): void {
  ofHeadOffice(headOffice.command('outcomes'))
    .description('take in how loans went, from a CSV file; each branch gets what is about its decisions, signed, with its next sync')
    .argument('<file>', 'CSV with application_id (or branch and seq), performance, months_on_book, as_of')
    .option('--quarantine <file>', 'where rows that cannot be used are written; beside FILE where it is not given')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
performance is good, bad or indeterminate; months_on_book whole months since the loan was paid out; as_of a day (YYYY-MM-DD). Separators, order and
case of the headings do not matter. A row that cannot be used is set aside with its line and cause, the rest is taken, and the exit code is 1. A later as_of
replaces; the same file twice changes nothing. In a large fleet name the branch of each row too: without it every branch is searched (docs/outcomes.md).

Example:
  outpost headoffice outcomes performance-2027-05.csv`,
    )
    .action(async (file: string, options: Parameters<typeof import('./run-outcomes.ts')['runOutcomes']>[1]) => {
      const { runOutcomes } = await import('./run-outcomes.ts');
      report(await runOutcomes(file, options));
    });
}

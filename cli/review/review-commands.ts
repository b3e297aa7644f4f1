/** `outpost review`: its options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addReview(program: Command, report: Report, dataOption: () => Option): void {
  program
    .command('review')
    .description('confirm, resolve or override somebody else’s decision; without --seq: which referred decisions wait')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--seq <number>', 'number of the decision')
    .option('--outcome <outcome>', 'what holds from now on: approve, refer or decline')
    .option('--code <code...>', 'reasons, at most four; needed where the outcome differs from the one that holds')
    .option('--note-file <file>', 'file with a remark (personal data: it is sealed, and goes when the applicant is erased)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Reasons: income-shown-otherwise, security-offered, long-standing-customer, data-corrected-by-document, documents-missing, statements-contradict,
doubt-resolved, policy-exception-approved, other. The decision itself stays in the log as it was; the last review is what holds.

Examples:
  outpost review --data ./office --as samir
  outpost review --seq 7 --outcome approve --code doubt-resolved --note-file remark.txt --data ./office --as samir`,
    )
    .action(async (options: Parameters<typeof import('./run-review.ts')['runReview']>[0]) => {
      const { runReview } = await import('./run-review.ts');
      report(await runReview(options));
    });
}

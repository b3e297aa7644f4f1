/** `outpost policy …`: its commands, options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addPolicy(program: Command, report: Report, dataOption: () => Option, exitCodes: string): void {
  const policy = program.command('policy').description('credit policies: check, compare, try on past applications');
  policy
    .command('check')
    .description('check a policy file: its form, unknown inputs, gaps, overlaps and rules that cannot be reached')
    .argument('<file>', 'policy as JSON')
    .option('--product <file>', 'product definition; a bundled product is found by itself')
    .option('--json', 'as JSON')
    .addHelpText('after', `${exitCodes}\n\nExample:\n  outpost policy check models/bundled/instalment-loan/policy.json`)
    .action(async (file: string, options: { product?: string; json?: true }) => {
      const { runPolicyCheck } = await import('./run-policy-check.ts');
      report(await runPolicyCheck(file, options));
    });
  policy
    .command('diff')
    .description('say in words what changed from one policy to another, table by table, with the findings of each')
    .argument('<before>', 'policy as JSON')
    .argument('<after>', 'policy as JSON')
    .option('--product <file>', 'product definition; a bundled product is found by itself')
    .option('--json', 'as JSON')
    .addHelpText('after', `${exitCodes}\n\nExample:\n  outpost policy diff policy-1.0.0.json policy-1.1.0.json`)
    .action(async (before: string, after: string, options: { product?: string; json?: true }) => {
      const { runPolicyDiff } = await import('./run-policy-diff.ts');
      report(await runPolicyDiff(before, after, options));
    });
  policy
    .command('simulate')
    .description('a policy that is not active over the past applications of a data folder: whom it would decide otherwise')
    .argument('<file>', 'policy as JSON')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--product <name>', "must be the policy's own; a safeguard for scripts")
    .option('--from <day>', 'first day, YYYY-MM-DD')
    .option('--to <day>', 'last day, YYYY-MM-DD')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Nothing is scored again and nothing is written: PDs and scores are those of the day, and only counts leave the log. Decisions are the machine's own, before
any review. In a branch that has accounts it takes somebody who may see all decisions.
${exitCodes}

Example:
  outpost policy simulate policy-1.1.0.json --data ./office --from 2026-01-01`,
    )
    .action(async (file: string, options: { data: string; as?: string; product?: string; from?: string; to?: string; json?: true }) => {
      const { runPolicySimulate } = await import('./run-policy-simulate.ts');
      report(await runPolicySimulate(file, options));
    });
}

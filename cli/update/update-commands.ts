/** `outpost update`: its options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addUpdate(program: Command, report: Report, dataOption: () => Option): void {
  const update = program
    .command('update')
    .description('signed updates of models, credit policies and the program: what is active, what is offered, taking it in')
    .addHelpText(
      'after',
      `
The repository is a web address or a folder, on a USB stick say. Everything is verified from the root of trust down, on this PC; what is wrong is
refused, and what is active stays. An expired or unreachable repository stops nobody from deciding (docs/updates-branch.md).
Exit codes: 0 done; 1 stale, or a release was refused or did not come; 2 no repository there, expired, or bad input; 3 not what was signed.

Examples:
  outpost update status --data ./office
  outpost update check --data ./office --from https://updates.bank.example/outpost --as ines
  outpost update apply --data ./office --from /media/usb/outpost --as ines`,
    );
  update
    .command('status')
    .description('what is active, what waits, how old what is known of the repository is; asks no network')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--trust <root>', 'root of trust in the place of the one that ships with the program')
    .option('--json', 'as JSON')
    .action(async (options: Parameters<typeof import('./run-status.ts')['runStatus']>[0]) => {
      const { runStatus } = await import('./run-status.ts');
      report(await runStatus(options));
    });
  for (const verb of ['check', 'apply'] as const)
    update
      .command(verb)
      .description(
        verb === 'check' ? 'verify the repository and list what it offers this branch; take nothing in' : 'the same, and take in all of it',
      )
      .addOption(dataOption())
      .addOption(asOption())
      .option('--from <address>', 'web address or folder of the repository, where it is another than the one that is set')
      .option('--remember', 'set --from, and --tag, for the times to come')
      .option('--limit <bytes>', 'bytes per second that updates may take of the line, at least 1000, with --remember')
      .option('--tag <name>', 'a tag of this branch in rollouts, with --remember; may be given again', collect, [])
      .option('--trust <root>', 'root of trust in the place of the one that ships with the program')
      .option('--json', 'as JSON')
      .action(async (options: Parameters<typeof import('./run-update.ts')['runUpdate']>[1]) => {
        const { runUpdate } = await import('./run-update.ts');
        report(await runUpdate(verb, options));
      });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

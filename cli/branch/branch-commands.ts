/** `outpost branch`: its options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addBranch(program: Command, report: Report, dataOption: () => Option): void {
  const branch = program
    .command('branch')
    .description('this PC as a branch of head office: enrolling it with the branch file, and what it is enrolled as')
    .addHelpText(
      'after',
      `
Head office issues the branch file (outpost headoffice branch add). Its key is believed once somebody has compared its fingerprint with head office over
the phone; without --fingerprint it is printed and nothing is done. docs/enrolment.md tells the whole way, also for a replaced or lost PC.

Examples:
  outpost branch enrol riverside.branch --data ./office --as ines
  outpost branch enrol riverside.branch --data ./office --as ines --fingerprint 9JFX-VRMR-7KS3-WAZ0-NXS8
  outpost branch show --data ./office`,
    );
  branch
    .command('enrol')
    .description('make this PC the branch that the file is for')
    .argument('<file>', 'the branch file; - reads it from stdin')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--fingerprint <fingerprint>', "of head office's key, as head office read it out")
    .option('--trust <folder>', 'root of trust in the place of the one that ships with the program')
    .option('--json', 'as JSON')
    .action(async (file: string, options: Parameters<typeof import('./run-branch.ts')['runEnrol']>[1]) =>
      report(await (await import('./run-branch.ts')).runEnrol(file, options)),
    );
  branch
    .command('show')
    .description('what this PC is enrolled as')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--json', 'as JSON')
    .action(async (options: Parameters<typeof import('./run-branch.ts')['runShowBranch']>[0]) =>
      report(await (await import('./run-branch.ts')).runShowBranch(options)),
    );
}

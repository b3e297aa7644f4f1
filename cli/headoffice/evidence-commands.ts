/** `outpost headoffice evidence`: its options and examples. */
import type { Command } from 'commander';
import { ofHeadOffice, type Report } from './store-options.ts';

export function addEvidenceOfForks(headOffice: Command, report: Report): void {
  const evidence = headOffice
    .command('evidence')
    .description('logs that were seen with two pasts: both notes, what they prove, and what people decide')
    .addHelpText(
      'after',
      `
A log that contradicts what head office holds of it is frozen: nothing more of it is taken until somebody has found out why. docs/witness.md
tells how. What was stored stays, and both notes, however it is settled.
Exit codes: 0 done; 1 something waits to be settled; 2 usage or bad input; 3 malformed or unsafe.

Examples:
  outpost headoffice evidence list
  outpost headoffice evidence show 4f0c7f0e-63a4-4f0e-8d43-0f1f8a4b9d11
  outpost headoffice evidence settle 4f0c7f0e-63a4-4f0e-8d43-0f1f8a4b9d11 --how close-log --reason "The PC was stolen on 3 May"`,
    );
  ofHeadOffice(evidence.command('list'))
    .description('all of it, the newest first')
    .option('--json', 'as JSON')
    .action(async (options: Parameters<typeof import('./run-evidence.ts')['runListEvidence']>[0]) =>
      report(await (await import('./run-evidence.ts')).runListEvidence(options)),
    );
  ofHeadOffice(evidence.command('show'))
    .description('both notes, whose signatures hold, and in plain words what that proves and what it cannot say')
    .argument('<evidence>', 'as list names it')
    .option('--json', 'as JSON')
    .action(async (name: string, options: Parameters<typeof import('./run-evidence.ts')['runShowEvidence']>[1]) =>
      report(await (await import('./run-evidence.ts')).runShowEvidence(name, options)),
    );
  ofHeadOffice(evidence.command('settle'))
    .description('say what was found out, and whether the log may go on')
    .argument('<evidence>', 'as list names it')
    .requiredOption(
      '--how <how>',
      'keep-known: what head office holds is its past, go on from there; close-log: take nothing more of this log, ever',
    )
    .requiredOption('--reason <text>', 'what was found out')
    .action(async (name: string, options: Parameters<typeof import('./run-evidence.ts')['runSettle']>[1]) =>
      report(await (await import('./run-evidence.ts')).runSettle(name, options)),
    );
}

/** `outpost headoffice stick`: its options and examples. */
import type { Command } from 'commander';
import { ofHeadOffice, type Report } from './store-options.ts';

export function addStick(headOffice: Command, report: Report): void {
  ofHeadOffice(headOffice.command('stick'))
    .description('take in what branches put on a USB stick, and write head office’s replies to it')
    .argument('<stick>', 'its topmost folder, in which outpost-sync lies')
    .option(
      '--updates <folder>',
      "copy the public folder of the signed updates beside it, as outpost-updates, for the branch's outpost update apply",
    )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Files may come in any order, twice, late or never. Nothing on the stick is deleted or written over. Carry it back: the reply is what tells the branch
what has arrived, and brings what waits for it (docs/head-office-stick.md).
Exit codes: 0 all was taken; 1 files were refused; 2 no such stick, or bad input; 3 malformed or unsafe.

Example:
  outpost headoffice stick /media/usb --updates ./updates/public`,
    )
    .action(async (stick: string, options: Parameters<typeof import('./run-stick.ts')['runStick']>[1]) => {
      const { runStick } = await import('./run-stick.ts');
      report(await runStick(stick, options));
    });
}

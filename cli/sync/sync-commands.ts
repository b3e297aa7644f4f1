/** `outpost sync`: its options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addSync(program: Command, report: Report, dataOption: () => Option): void {
  program
    .command('sync')
    .description('bring the log to head office until it has countersigned everything, or write it to a USB stick')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--to <address>', 'folder of a stick, or a web address of head office in the place of the one of the branch file')
    .option('--status', 'only tell how far head office is; asks no network')
    .option('--limit <bytes>', 'keep what sync may take of the line: bytes per second, at least 500, or none; sends nothing')
    .option('--metered <how>', 'keep what happens on a line that costs by the byte: send, or wait until somebody says so; sends nothing')
    .option('--line <kind>', 'keep what the line is now: metered, or free; sends nothing')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
The log itself is the queue: nothing is lost by a line that breaks, an answer that is lost, or a program that is ended. What counts is head office's
countersignature. Without --to FOLDER it tries until everything is acknowledged, or something stops it that trying does not mend; Ctrl-C gives up,
and the next run goes on where head office stands.
With --to FOLDER, head office's answers on the stick are read first, then what it does not have is written (docs/sync.md).
Exit codes: 0 everything is acknowledged, or written to the stick; 1 entries wait (--status), or files of the stick could not be used; 2 not enrolled,
head office refuses, or bad input; 3 head office holds another past, or the disk or the stick cannot be used; 130 interrupted.

Examples:
  outpost sync --data ./office
  outpost sync --data ./office --to /media/usb
  outpost sync --data ./office --status --json
  outpost sync --data ./office --limit 4000 --metered wait`,
    )
    .action(async (options: Parameters<typeof import('./run-sync.ts')['runSync']>[0]) => {
      const { runSync } = await import('./run-sync.ts');
      report(await runSync(options));
    });
}

/** `outpost receipt` and `outpost verify-receipt`: their options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addReceipts(program: Command, report: Report, dataOption: () => Option, maybeData: () => Option): void {
  program
    .command('receipt')
    .description("print an applicant's receipt (C2SP tlog-proof): that the decision is in the log")
    .addOption(dataOption())
    .addOption(asOption())
    .requiredOption('--seq <number>', 'number of the decision')
    .option('--json', 'as JSON, with the hash of the entry')
    .addHelpText('after', '\nExample:\n  outpost receipt --data ./office --seq 7 > receipt.tlog-proof')
    .action(async (options: Parameters<typeof import('./run-receipt.ts')['runReceipt']>[0]) =>
      report(await (await import('./run-receipt.ts')).runReceipt(options)),
    );
  program
    .command('verify-receipt')
    .description('hold a receipt against a log, or check it by itself: that is what shows a log that was cut or rewritten')
    .argument('<file>', 'the receipt; - for stdin')
    .addOption(maybeData())
    .option('--vkey <vkey>', "the log's verifier key, where there is no data folder; OUTPOST_DATA is then left alone")
    .option('--hash <hex>', 'the hash that the notice shows, where the receipt does not carry it')
    .option('--witness <vkey>', "without a data folder: a witness's verifier key; may be given again", collect, [])
    .option('--quorum <number>', 'so many of them must have countersigned; without it, all')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
With a data folder: the log must have that entry, and must still begin with all the entries of the day of the receipt. Without: only the log's
signature, the proof and the countersignatures can be checked.
Exit codes: 0 it holds; 1 the log is not the one that the receipt was given from; 2 it holds by itself, but no witness vouches for it, or bad usage;
3 the receipt is malformed or its signature is wrong.

Examples:
  outpost verify-receipt receipt.tlog-proof --data ./office
  outpost verify-receipt receipt.tlog-proof --vkey "$(cat branch.vkey)" --witness "$(cat head-office.vkey)"`,
    )
    .action(async (file: string, options: Parameters<typeof import('./run-verify-receipt.ts')['runVerifyReceipt']>[1]) =>
      report(await (await import('./run-verify-receipt.ts')).runVerifyReceipt(file, options)),
    );
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** `outpost log …`: its commands, options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import { addReplay } from '../evidence/evidence-commands.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addLog(program: Command, report: Report, dataOption: () => Option): void {
  const log = program.command('log').description('the tamper-evident log: verify, prove, countersign, look into, take away');
  addVerify(log, report, dataOption);
  addProofs(log, report, dataOption);
  addWitnesses(log, report, dataOption);
  addReplay(log, report, dataOption);
  addOutcomes(log, report, dataOption);
}

function addOutcomes(log: Command, report: Report, dataOption: () => Option): void {
  log
    .command('outcomes')
    .description('decisions whose loans head office has told the performance of, with what the model had said; as CSV')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--product <name>', 'of this product alone')
    .option('--from <day>', 'decided on this day or later (YYYY-MM-DD)')
    .option('--to <day>', 'decided on this day or earlier')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Of each decision the latest outcome. Neither a name nor an answer is in it (docs/outcomes.md).

Example:
  outpost log outcomes --data ./office --product instalment-loan --from 2026-01-01 --to 2026-12-31`,
    )
    .action(async (options: Parameters<typeof import('./run-outcomes.ts')['runOutcomes']>[0]) =>
      report(await (await import('./run-outcomes.ts')).runOutcomes(options)),
    );
}

function addVerify(log: Command, report: Report, dataOption: () => Option): void {
  log
    .command('verify')
    .description('derive the whole log again from its bytes and compare')
    .addOption(dataOption())
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 intact, and all of it countersigned by a quorum of the witnesses that the log names; 1 tampered; 2 intact, with an unwitnessed tail
(all of it, where no witness was ever trusted); 3 malformed. What this cannot detect: false input, and rewriting of the unwitnessed tail by somebody
who holds this PC and its key.

Example:
  outpost log verify --data ./office`,
    )
    .action(async (options: { data: string; json?: true }) => report(await (await import('./run-verify.ts')).runVerify(options)));
}

function addProofs(log: Command, report: Report, dataOption: () => Option): void {
  log
    .command('checkpoint')
    .description('print a signed checkpoint (C2SP tlog-checkpoint) of the log as it is now')
    .addOption(dataOption())
    .addHelpText('after', '\nExample:\n  outpost log checkpoint --data ./office > checkpoint.txt')
    .action(async (options: { data: string }) => report(await (await import('./run-checkpoint.ts')).runCheckpoint(options)));
  log
    .command('proof')
    .description('print that an entry is in the log (C2SP tlog-proof), or that the log only grew from one size to another')
    .addOption(dataOption())
    .option('--seq <number>', 'the entry to prove')
    .option('--from <size>', 'the smaller size; prints the hashes of the consistency proof, a line each')
    .option('--to <size>', 'the larger size')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  outpost log proof --data ./office --seq 7 > 7.tlog-proof\n  outpost log proof --data ./office --from 100 --to 250',
    )
    .action(async (options: Parameters<typeof import('./run-proof.ts')['runProof']>[0]) =>
      report(await (await import('./run-proof.ts')).runProof(options)),
    );
  log
    .command('inspect')
    .description('one entry of any type: its bytes, its hash, when it was made by clocks of witnesses, its proof')
    .addOption(dataOption())
    .addOption(asOption())
    .requiredOption('--seq <number>', 'number of the entry')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  outpost log inspect --data ./office --seq 0')
    .action(async (options: Parameters<typeof import('./run-inspect.ts')['runInspect']>[0]) =>
      report(await (await import('./run-inspect.ts')).runInspect(options)),
    );
  log
    .command('tiles')
    .description('write the whole log as tiles (C2SP tlog-tiles) for other tools; entries hold what was entered, names stay sealed')
    .addOption(dataOption())
    .addOption(asOption())
    .requiredOption('--out <folder>', 'where to write them; must be new or empty')
    .addHelpText('after', '\nExample:\n  outpost log tiles --data ./office --out ./tiles')
    .action(async (options: Parameters<typeof import('./run-tiles.ts')['runTiles']>[0]) =>
      report(await (await import('./run-tiles.ts')).runTiles(options)),
    );
}

function addWitnesses(log: Command, report: Report, dataOption: () => Option): void {
  log
    .command('trust')
    .description('say whose countersignatures count, and how many it takes; without --witness, print who is trusted')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--witness <vkey>', "a witness's verifier key (type 04); may be given again", collect, [])
    .option('--quorum <number>', 'so many of them must have countersigned; without it, all')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Whom a branch trusts is an entry of its log. It replaces whom it trusted before.

Example:
  outpost log trust --data ./office --witness "$(cat head-office.vkey)" --witness "$(cat internal-audit.vkey)" --quorum 2`,
    )
    .action(async (options: Parameters<typeof import('./run-trust.ts')['runTrust']>[0]) =>
      report(await (await import('./run-trust.ts')).runTrust(options)),
    );
  log
    .command('countersigned')
    .description('take in a checkpoint that witnesses countersigned')
    .argument('<file>', 'the signed note; - for stdin')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
It must be this log's, signed by it, countersigned by a quorum of those it trusts, and over the entries that are stored here. One that the log's own key
signed over other entries is kept in the log as evidence, and refused.
Exit codes: 0 taken in; 1 it contradicts this log; 2 refused; 3 malformed or unsafe.

Example:
  outpost log countersigned checkpoint.txt --data ./office`,
    )
    .action(async (file: string, options: Parameters<typeof import('./run-countersigned.ts')['runCountersigned']>[1]) =>
      report(await (await import('./run-countersigned.ts')).runCountersigned(file, options)),
    );
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

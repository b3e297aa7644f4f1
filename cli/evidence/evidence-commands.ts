/** `outpost log replay` and `outpost evidence …`: their options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addReplay(log: Command, report: Report, dataOption: () => Option): void {
  withEntries(
    log
      .command('replay')
      .description("decide again, from what was stored and that day's model, policy and product, and compare bit for bit"),
    dataOption,
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 every decision comes out as it was stored; 1 one does not, or cannot be decided again; 2 usage; 3 malformed.
Erased persons' decisions are replayed like all others: their identity plays no part. Replay writes nothing to the log.

Examples:
  outpost log replay --data ./office --all
  outpost log replay --data ./office --seq 7 --json`,
    )
    .action(async (options: Parameters<typeof import('../log/run-replay.ts')['runReplay']>[0]) => {
      const { runReplay } = await import('../log/run-replay.ts');
      report(await runReplay(options));
    });
}

export function addEvidence(program: Command, report: Report, dataOption: () => Option): void {
  const evidence = program
    .command('evidence')
    .description('take evidence away, to be checked elsewhere by somebody who trusts nobody here');
  withEntries(evidence.command('export').description('write entries with all that is needed to check them into one file'), dataOption)
    .requiredOption('--out <file>', 'the bundle, a zip archive; must not exist')
    .option('--personal', 'with the keys of what is sealed: whoever has the file can read who the applicants are')
    .option('--withhold <numbers>', 'entries whose bytes stay here, with commas; the proofs of all others hold without them')
    .addHelpText(
      'after',
      `
What is in a bundle, and how another reader checks it: docs/evidence-bundle.md and docs/auditor.md. The export is an entry of the log, behind the last
one in the bundle.
Exit codes: 0 done; 1 an artefact or the log was tampered with; 2 usage or bad input; 3 malformed, or the disk is full.

Examples:
  outpost evidence export --data ./office --all --out evidence.zip
  outpost evidence export --data ./office --seq 7 --personal --out complaint-7.zip --as agnes
  node verifier/main.ts evidence.zip`,
    )
    .action(async (options: Parameters<typeof import('./run-export.ts')['runExport']>[0]) => {
      const { runExport } = await import('./run-export.ts');
      report(await runExport(options));
    });
}

function withEntries(command: Command, dataOption: () => Option): Command {
  return command
    .addOption(dataOption())
    .addOption(asOption())
    .option('--seq <number>', 'one entry')
    .option('--all', 'every entry')
    .option('--from <number>', 'first entry')
    .option('--to <number>', 'last entry')
    .option('--json', 'as JSON');
}

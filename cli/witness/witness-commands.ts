/** `outpost witness`: its options and examples. */
import { type Command, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addWitness(program: Command, report: Report): void {
  const witness = program
    .command('witness')
    .description('an independent witness (C2SP tlog-witness): countersigns checkpoints of logs, and receives no entries')
    .addHelpText(
      'after',
      `
It is for somebody else than head office, internal audit say, on a machine of theirs: what both countersigned, neither can rewrite alone
(docs/witness.md). It knows the logs that it was told of, and keeps what proves that a log's key signed two pasts.
Exit codes: 0 done; 1 list found a log that is frozen or suspect; 2 usage or bad input; 3 malformed or unsafe.

Examples:
  outpost witness init --folder ./witness --name witness.bank.example/audit
  outpost witness log add --folder ./witness --origin outpost.invalid/branch-1a2b3c/epoch-1 --vkey "$(cat branch-1a2b3c.vkey)"
  outpost witness serve --folder ./witness --port 8491`,
    );
  witness
    .command('init')
    .description("make the witness's folder and key; prints its vkey, which branches are told to trust")
    .addOption(folderOption())
    .requiredOption('--name <name>', 'of the witness, as it stands under checkpoints: no spaces, no plus')
    .action(async (options: { folder: string; name: string }) => report(await (await import('./run-witness.ts')).runInit(options)));
  witness
    .command('log')
    .description('the logs that it knows')
    .command('add')
    .description('make a log known; with the embedded engine, while the witness is not serving')
    .addOption(folderOption())
    .addOption(databaseOption())
    .requiredOption('--origin <origin>', 'first line of its checkpoints; ends in the epoch, so that a restored branch is added anew')
    .requiredOption('--vkey <key>', "the log's verifier key (type 01), as head office's list of logs shows it")
    .action(async (options: Parameters<typeof import('./run-witness.ts')['runAddLog']>[0]) =>
      report(await (await import('./run-witness.ts')).runAddLog(options)),
    );
  witness
    .command('list')
    .description('every log with what was countersigned of it, and those that are frozen')
    .addOption(folderOption())
    .addOption(databaseOption())
    .option('--json', 'as JSON, with both notes of what is frozen')
    .action(async (options: Parameters<typeof import('./run-witness.ts')['runList']>[0]) =>
      report(await (await import('./run-witness.ts')).runList(options)),
    );
  witness
    .command('serve')
    .description('answer POST /add-checkpoint, and GET /evidence/<SHA-256 of an origin>, /vkey, /health, /metrics; until SIGTERM or Ctrl-C')
    .addOption(folderOption())
    .addOption(databaseOption())
    .requiredOption('--port <port>', 'to listen on; 0 for any that is free')
    .option('--host <address>', 'to listen on; TLS is for a proxy before it', '127.0.0.1')
    .option('--per-minute <number>', 'requests of one address and minute; a proxy before it is one address', '600')
    .action(async (options: Parameters<typeof import('./run-serve.ts')['runServe']>[0]) =>
      report(await (await import('./run-serve.ts')).runServe(options)),
    );
}

function folderOption(): Option {
  return new Option('--folder <folder>', "the witness's folder").makeOptionMandatory();
}

function databaseOption(): Option {
  return new Option(
    '--database <url>',
    'postgres://… in the place of the embedded engine; best in the environment, since it may hold a password',
  ).env('OUTPOST_WITNESS_DATABASE');
}

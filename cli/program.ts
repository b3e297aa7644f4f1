/** Every command with its options and examples, and where its work is done. Nothing here does work. */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { asOption } from './at-work.ts';
import { addBranch } from './branch/branch-commands.ts';
import { addEvidence } from './evidence/evidence-commands.ts';
import type { ExitCode } from './exit-codes.ts';
import { addHeadOffice } from './headoffice/headoffice-commands.ts';
import { addKeep } from './keep/keep-commands.ts';
import { addLog } from './log/log-commands.ts';
import { addModel } from './model/model-commands.ts';
import { addPeople } from './people/people-commands.ts';
import { addPolicy } from './policy/policy-commands.ts';
import { addReceipts } from './receipt/receipt-commands.ts';
import { addRepo } from './repo/repo-commands.ts';
import { addReview } from './review/review-commands.ts';
import { addSync } from './sync/sync-commands.ts';
import { addUpdate } from './update/update-commands.ts';
import { addWitness } from './witness/witness-commands.ts';

type Report = (code: ExitCode) => void;

const EXIT_CODES = `
Exit codes: 0 done; 1 a check found something, or rows were set aside; 2 usage or bad input; 3 malformed or unsafe; 130 interrupted.
stdout carries data only; what is said to a person goes to stderr.`;

const DATA_FOLDER = `
The data folder holds everything: the encrypted log (outpost.db), its key (key.json), models, policies, products. A first use creates it with
the bundled ones. OUTPOST_DATA names it where --data is not given. OUTPOST_PASSPHRASE_FILE (or OUTPOST_PASSPHRASE) protects the key of a
new folder and opens one that is so protected; without it the key of a new folder lies beside the database, and doctor says so.`;

export function buildProgram(report: Report): Command {
  const program = new Command('outpost')
    .description('Credit decisions for branch offices: scored offline, explained exactly, logged before they are shown.')
    .version(versionOf(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .showHelpAfterError('(add --help for the options and examples)')
    .addHelpText(
      'after',
      `${EXIT_CODES}
${DATA_FOLDER}

Examples:
  outpost decide examples/instalment-loans.csv --product instalment-loan --data ./office
  outpost show --data ./office --seq 7
  outpost log verify --data ./office`,
    );
  addDecide(program, report);
  addShow(program, report);
  addLog(program, report, dataOption);
  addReceipts(program, report, dataOption, maybeDataOption);
  addModel(program, report, dataOption, EXIT_CODES);
  addPolicy(program, report, dataOption, EXIT_CODES);
  addDoctor(program, report);
  addEvidence(program, report, dataOption);
  addPeople(program, report, dataOption);
  addKeep(program, report, dataOption);
  addReview(program, report, dataOption);
  addSync(program, report, dataOption);
  addUpdate(program, report, dataOption);
  addBranch(program, report, dataOption);
  addRepo(program, report);
  addWitness(program, report);
  addHeadOffice(program, report);
  return program;
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

function dataOption(): Option {
  return maybeDataOption().makeOptionMandatory();
}

function maybeDataOption(): Option {
  return new Option('--data <folder>', 'the data folder').env('OUTPOST_DATA');
}

function addDecide(program: Command, report: Report): void {
  program
    .command('decide')
    .description('decide applications from CSV, JSON or JSON Lines files; each is in the log before its row is written')
    .argument('<file...>', 'files with applications')
    .requiredOption('--product <name>', 'the product applied for')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--out <file>', 'write the rows here (.csv or .jsonl; must not exist) instead of stdout')
    .option('--json', 'rows as JSON Lines; with --out, the summary as JSON on stdout')
    .addHelpText(
      'after',
      `
Rows: row,seq,decision,pd,score,reasons,hash,application_id,file. A row that cannot be read rightly is set aside in a quarantine file with its line
and cause, the rest go on, and the exit code is 1. The same rows of the same file are never decided twice: run a batch again after an
interruption, and what is stored is given back. To decide anew, give the rows an application_id of their own (a UUID).
Ctrl-C finishes the group in hand and says how many are stored.
${EXIT_CODES}

Examples:
  outpost decide loans.csv --product instalment-loan --data ./office --out decided.csv
  outpost decide loans.jsonl --product personal-loan --data ./office --json | head`,
    )
    .action(async (files: string[], options: { product: string; data: string; as?: string; out?: string; json?: true }) => {
      const { runDecide } = await import('./decide/run-decide.ts');
      report(await runDecide(files, options));
    });
}

function addShow(program: Command, report: Report): void {
  program
    .command('show')
    .description('show one stored decision: outcome, reasons, contributions, rules')
    .addOption(dataOption())
    .addOption(asOption())
    .requiredOption('--seq <number>', 'number of the entry')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  outpost show --data ./office --seq 7 --json')
    .action(async (options: { data: string; as?: string; seq: string; json?: true }) => {
      const { runShow } = await import('./show/run-show.ts');
      report(await runShow(options));
    });
}

function addDoctor(program: Command, report: Report): void {
  program
    .command('doctor')
    .description('look over a data folder: versions, database, disk space, key, models, policies, clock')
    .addOption(dataOption())
    .option('--json', 'as JSON')
    .addHelpText('after', `${EXIT_CODES}\n\nExample:\n  outpost doctor --data ./office`)
    .action(async (options: { data: string; json?: true }) => {
      const { runDoctor } = await import('./doctor/run-doctor.ts');
      report(await runDoctor(options));
    });
}

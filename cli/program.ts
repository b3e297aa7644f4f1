/** Every command with its options and examples, and where its work is done. Nothing here does work. */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { asOption } from './at-work.ts';
import { addEvidence } from './evidence/evidence-commands.ts';
import type { ExitCode } from './exit-codes.ts';
import { addKeep } from './keep/keep-commands.ts';
import { addLog } from './log/log-commands.ts';
import { addPeople } from './people/people-commands.ts';
import { addReceipts } from './receipt/receipt-commands.ts';
import { addRepo } from './repo/repo-commands.ts';
import { addReview } from './review/review-commands.ts';
import { addUpdate } from './update/update-commands.ts';

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
  addModel(program, report);
  addPolicy(program, report);
  addDoctor(program, report);
  addEvidence(program, report, dataOption);
  addPeople(program, report, dataOption);
  addKeep(program, report, dataOption);
  addReview(program, report, dataOption);
  addUpdate(program, report, dataOption);
  addRepo(program, report);
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

function addModel(program: Command, report: Report): void {
  const model = program.command('model').description('model packages: list, check, draft, score');
  model
    .command('list')
    .description('the models of a data folder')
    .addOption(dataOption())
    .option('--json', 'as JSON')
    .action(async (options: { data: string; json?: true }) => {
      const { runList } = await import('./model/run-list.ts');
      report(await runList(options));
    });
  model
    .command('check')
    .description('check a package: hashes, graph, golden rows; run in a process of its own with limits of time and memory')
    .argument('<package>', 'folder or .zip')
    .option('--product <file>', 'product definition to check it against; a bundled product is found by itself')
    .option('--json', 'as JSON')
    .addHelpText('after', `${EXIT_CODES}\n\nExample:\n  outpost model check models/bundled/instalment-loan/champion`)
    .action(async (path: string, options: { product?: string; json?: true }) => {
      const { runCheck } = await import('./model/run-check.ts');
      report(await runCheck(path, options));
    });
  model
    .command('init')
    .description('draft a package from an ONNX file: reads inputs, outputs and classes, and asks for what the graph cannot tell')
    .requiredOption('--onnx <file>', 'the exported model')
    .requiredOption('--product <name or file>', 'a bundled product or a product definition')
    .requiredOption('--out <folder>', 'where to write the package; a new folder, or that of an earlier draft')
    .option('--bad-class <name>', 'the class (or index) that means default; never assumed')
    .option(
      '--column <feature=field>',
      'which form field a column of the model is (feature=field:value: 1 for that choice); may be given again',
      collect,
      [],
    )
    .option('--columns <names>', "names of a matrix input's columns in the graph's order, with commas")
    .option('--output <name>', "the graph's output to read, where it has several")
    .option('--of <bad or good>', 'what a single output speaks of')
    .addHelpText(
      'after',
      `
On a terminal it asks for what is not given; otherwise it names the options that are missing, and what it has written cannot be used before they are given.

Example:
  outpost model init --onnx model.onnx --product instalment-loan --out my-model --bad-class bad --column Time=term_months`,
    )
    .action(async (options: Parameters<typeof import('./model/run-init.ts')['runInit']>[0]) => {
      const { runInit } = await import('./model/run-init.ts');
      report(await runInit(options));
    });
  model
    .command('score')
    .description("score rows without a log, to compare with the data scientist's own numbers")
    .argument('<package>', 'folder or .zip')
    .requiredOption('--in <file>', "rows with the form's columns, or with the model's own features")
    .requiredOption('--out <file>', 'where to write them; must not exist')
    .option('--explain', "add each characteristic's contribution")
    .option('--product <file>', 'product definition; a bundled product is found by itself')
    .addHelpText('after', '\nExample:\n  outpost model score my-model --in rows.csv --out scores.csv --explain')
    .action(async (path: string, options: { in: string; out: string; explain?: true; product?: string }) => {
      const { runScore } = await import('./model/run-score.ts');
      report(await runScore(path, options));
    });
}

function addPolicy(program: Command, report: Report): void {
  program
    .command('policy')
    .description('credit policies')
    .command('check')
    .description('check a policy file: its form, unknown inputs, gaps, overlaps and rules that cannot be reached')
    .argument('<file>', 'policy as JSON')
    .option('--product <file>', 'product definition; a bundled product is found by itself')
    .option('--json', 'as JSON')
    .addHelpText('after', `${EXIT_CODES}\n\nExample:\n  outpost policy check models/bundled/instalment-loan/policy.json`)
    .action(async (file: string, options: { product?: string; json?: true }) => {
      const { runPolicyCheck } = await import('./policy/run-policy-check.ts');
      report(await runPolicyCheck(file, options));
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

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

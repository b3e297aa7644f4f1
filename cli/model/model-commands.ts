/** `outpost model …`: its commands, options and examples. */
import type { Command, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { addLiveModels } from './live-commands.ts';

type Report = (code: ExitCode) => void;

export function addModel(program: Command, report: Report, dataOption: () => Option, exitCodes: string): void {
  const model = program.command('model').description('model packages: list, check, draft, score, pack, compare');
  addWork(model, report, dataOption, exitCodes);
  addRelease(model, report, exitCodes);
  addLiveModels(model, report, dataOption);
}

function addWork(model: Command, report: Report, dataOption: () => Option, exitCodes: string): void {
  model
    .command('list')
    .description('the models of a data folder')
    .addOption(dataOption())
    .option('--json', 'as JSON')
    .action(async (options: { data: string; json?: true }) => {
      const { runList } = await import('./run-list.ts');
      report(await runList(options));
    });
  model
    .command('check')
    .description('check a package: hashes, graph, golden rows; run in a process of its own with limits of time and memory')
    .argument('<package>', 'folder or .zip')
    .option('--product <file>', 'product definition to check it against; a bundled product is found by itself')
    .option('--json', 'as JSON')
    .addHelpText('after', `${exitCodes}\n\nExample:\n  outpost model check models/bundled/instalment-loan/champion`)
    .action(async (path: string, options: { product?: string; json?: true }) => {
      const { runCheck } = await import('./run-check.ts');
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
    .action(async (options: Parameters<typeof import('./run-init.ts')['runInit']>[0]) => {
      const { runInit } = await import('./run-init.ts');
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
      const { runScore } = await import('./run-score.ts');
      report(await runScore(path, options));
    });
}

/** What is done with a package before it is handed on. */
function addRelease(model: Command, report: Report, exitCodes: string): void {
  model
    .command('pack')
    .description('check a package and write it as one file, byte for byte the same wherever it is packed')
    .argument('<package>', 'folder or .zip')
    .requiredOption('--out <file>', 'the archive to write (.zip); must not exist')
    .option('--product <file>', 'product definition to check it against; a bundled product is found by itself')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
A ZipMap is taken out of the graph, because the runtime cannot answer with one: the package then has a digest of its own and is checked again.
${exitCodes}

Example:
  outpost model pack my-model --out my-model-1.2.0.zip`,
    )
    .action(async (path: string, options: { out: string; product?: string; json?: true }) => {
      const { runPack } = await import('./run-pack.ts');
      report(await runPack(path, options));
    });
  model
    .command('diff')
    .description('compare two packages: features, figures, and what the same applications get from each')
    .argument('<before>', 'folder or .zip')
    .argument('<after>', 'folder or .zip')
    .option('--rows <file>', "applications with the form's columns; without it, the golden and background rows of both packages")
    .option('--product <name or file>', 'product definition; a bundled product is found by itself')
    .option('--policy <file>', "policy to decide by; without it, the bundled product's own")
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  outpost model diff champion challenger --rows last-year.csv')
    .action(async (before: string, after: string, options: { rows?: string; product?: string; policy?: string; json?: true }) => {
      const { runDiff } = await import('./run-diff.ts');
      report(await runDiff(before, after, options));
    });
  model
    .command('card')
    .description("print a package's model card: the one that it brings, or one rendered from its manifest")
    .argument('<package>', 'folder or .zip')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  outpost model card my-model > card.md')
    .action(async (path: string, options: { json?: true }) => {
      const { runCard } = await import('./run-card.ts');
      report(await runCard(path, options));
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

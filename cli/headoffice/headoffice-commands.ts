/** `outpost headoffice`: its commands, one file of options for each family. */
import type { Command } from 'commander';
import { addEvidenceOfForks } from './evidence-commands.ts';
import { addOutcomes } from './outcome-commands.ts';
import { ofHeadOffice, type Report } from './store-options.ts';

/** Each family adds its commands to `outpost headoffice`. */
type AddCommands = (headOffice: Command, report: Report) => void;

const FAMILIES: readonly AddCommands[] = [addInit, addEvidenceOfForks, addOutcomes];

export function addHeadOffice(program: Command, report: Report): void {
  const headOffice = program
    .command('headoffice')
    .description("head office: receive and countersign branches' logs, enrol branches, see the fleet")
    .addHelpText(
      'after',
      `
OUTPOST_HEADOFFICE names the folder and OUTPOST_DATABASE the database where the options are not given. Without a database the data is in the folder, in
the embedded engine, for one process at a time. OUTPOST_HEADOFFICE_PASSPHRASE_FILE names the file with the passphrase of the keys.
docs/head-office.md tells how to set one up.`,
    );
  for (const add of FAMILIES) add(headOffice, report);
}

function addInit(headOffice: Command, report: Report): void {
  ofHeadOffice(headOffice.command('init'))
    .description('make a head office: its keys and its tables')
    .requiredOption('--name <name>', 'what people call it')
    .option('--domain <domain>', 'names its keys in every note; made from the name where it is not given')
    .option('--partitions <number>', 'parts of the table of entries; 1 for engines that divide tables themselves', '16')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Prints the verifier keys (office, witness) and the age recipient, which branch files carry to every branch.

Examples:
  outpost headoffice init --folder ./headoffice --name "First Regional Bank" --domain sync.bank.example
  OUTPOST_DATABASE=postgres://outpost@db/outpost outpost headoffice init --folder ./headoffice --name "First Regional Bank"`,
    )
    .action(async (options: Parameters<typeof import('./run-init.ts')['runInit']>[0]) => {
      const { runInit } = await import('./run-init.ts');
      report(await runInit(options));
    });
}

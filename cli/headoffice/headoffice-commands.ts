/** `outpost headoffice`: its commands, one file of options for each family. */
import type { Command } from 'commander';
import { addBranches } from './branch-commands.ts';
import { addEvidenceOfForks } from './evidence-commands.ts';
import { addFleet } from './fleet-commands.ts';
import { addOutcomes } from './outcome-commands.ts';
import { addStick } from './stick-commands.ts';
import { ofHeadOffice, type Report } from './store-options.ts';

/** Each family adds its commands to `outpost headoffice`. */
type AddCommands = (headOffice: Command, report: Report) => void;

const FAMILIES: readonly AddCommands[] = [addInit, addServe, addBranches, addEvidenceOfForks, addFleet, addOutcomes, addStick];

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
    .option('--partitions <number>', 'parts of the large tables: 16 where it is not given, 1 for engines that divide tables themselves')
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

function addServe(headOffice: Command, report: Report): void {
  ofHeadOffice(headOffice.command('serve'))
    .description('receive what branches send, until SIGTERM or Ctrl-C')
    .option('--port <number>', 'where it listens', '8443')
    .option('--host <address>', 'on which address', '0.0.0.0')
    .option('--public-url <address>', 'how branches reach it, where a balancer or proxy stands before it')
    .option('--tls-cert <file>', 'certificate chain as PEM')
    .option('--tls-key <file>', 'its key as PEM')
    .option('--metrics-port <number>', 'Prometheus metrics on a port of their own; on the same one where it is not given')
    .option('--metrics-host <address>', 'on which address', '127.0.0.1')
    .option('--connections <number>', 'to PostgreSQL at most', '10')
    .option('--fleet <on|off>', 'the web page of the fleet', 'on')
    .option('--log-level <level>', 'what is written to stdout as JSON lines: trace, debug, info, warn, error, silent', 'info')
    .addHelpText(
      'after',
      `
It keeps nothing outside of its database: with PostgreSQL any number of them may run behind a balancer. /healthz says that the process answers, /readyz
that its database does. What is in work when it is stopped is finished within 25 seconds.

Examples:
  outpost headoffice serve --folder ./headoffice --tls-cert chain.pem --tls-key key.pem
  OUTPOST_DATABASE=postgres://outpost@db/outpost outpost headoffice serve --folder ./headoffice --host 127.0.0.1 --port 8080 --public-url https://sync.bank.example`,
    )
    .action(async (options: Parameters<typeof import('./run-serve.ts')['runServe']>[0]) => {
      const { runServe } = await import('./run-serve.ts');
      report(await runServe(options));
    });
}

/** `outpost headoffice user`, `token` and `export`: their options and examples. */
import type { Command } from 'commander';
import { ofHeadOffice, type Report } from './store-options.ts';

type Runs = typeof import('./run-user.ts') & typeof import('./run-token.ts') & typeof import('./run-export.ts');
type LastOf<Run extends keyof Runs> = Runs[Run] extends (...given: infer Given) => unknown
  ? Given extends [...unknown[], infer Last]
    ? Last
    : never
  : never;

const PASSPHRASE = 'file with the passphrase (10 characters or more); without it the terminal is asked';

export function addFleet(headOffice: Command, report: Report): void {
  addUsers(headOffice, report);
  addTokens(headOffice, report);
  addExport(headOffice, report);
}

function addUsers(headOffice: Command, report: Report): void {
  const user = headOffice
    .command('user')
    .description("people of head office who look at the fleet page: accounts and roles, made at head office's machine alone")
    .addHelpText(
      'after',
      `
viewer sees the fleet and its counts; auditor also single decisions (each look is recorded), evidence, downloads and what others did; operator also
acknowledges alarms, settles evidence and revokes devices, and sees no decision.

Examples:
  outpost headoffice user add agnes --name "Agnes Bell" --role operator
  outpost headoffice user passphrase agnes
  outpost headoffice user disable agnes`,
    );
  ofHeadOffice(user.command('add'))
    .description('make an account')
    .argument('<account>', '2 to 32 lower-case letters, digits, dots, hyphens or underscores')
    .requiredOption('--name <name>', 'the name as colleagues know it')
    .requiredOption('--role <role>', 'viewer, auditor or operator')
    .option('--passphrase-file <file>', PASSPHRASE)
    .action(async (account: string, options: LastOf<'addUser'>) => report(await (await import('./run-user.ts')).addUser(account, options)));
  ofHeadOffice(user.command('list'))
    .description('who has an account')
    .option('--json', 'as JSON')
    .action(async (options: LastOf<'listUsers'>) => report(await (await import('./run-user.ts')).listUsers(options)));
  ofHeadOffice(user.command('disable'))
    .description('let nobody in any more under this name, and end what is open')
    .argument('<account>')
    .action(async (account: string, options: LastOf<'disableUser'>) =>
      report(await (await import('./run-user.ts')).disableUser(account, options)),
    );
  ofHeadOffice(user.command('passphrase'))
    .description('give a new passphrase; sessions and waits end')
    .argument('<account>')
    .option('--passphrase-file <file>', PASSPHRASE)
    .action(async (account: string, options: LastOf<'changeUserPassphrase'>) =>
      report(await (await import('./run-user.ts')).changeUserPassphrase(account, options)),
    );
}

function addTokens(headOffice: Command, report: Report): void {
  const token = headOffice
    .command('token')
    .description('tokens of programs that read the feed of predictions (docs/feeds.md)')
    .addHelpText('after', '\nExample:\n  outpost headoffice token add risk-warehouse');
  ofHeadOffice(token.command('add'))
    .description('make a token and print it: nobody can see it again')
    .argument('<name>', 'of the program that reads')
    .action(async (name: string, options: LastOf<'addToken'>) => report(await (await import('./run-token.ts')).addToken(name, options)));
  ofHeadOffice(token.command('list'))
    .description('names, who made them and when, whether they are good')
    .option('--json', 'as JSON')
    .action(async (options: LastOf<'listTokens'>) => report(await (await import('./run-token.ts')).listTokens(options)));
  ofHeadOffice(token.command('revoke'))
    .description('take it back, at once')
    .argument('<name>')
    .action(async (name: string, options: LastOf<'revokeToken'>) =>
      report(await (await import('./run-token.ts')).revokeToken(name, options)),
    );
}

function addExport(headOffice: Command, report: Report): void {
  ofHeadOffice(headOffice.command('export'))
    .description('write what head office holds to a file for others; one row per decision, without the applicant’s identity')
    .argument('<what>', 'predictions')
    .requiredOption('--from <day>', 'first day of receiving, UTC (YYYY-MM-DD)')
    .requiredOption('--to <day>', 'last day of receiving')
    .requiredOption('--out <file>', 'must not exist')
    .option('--format <format>', 'csv or parquet', 'csv')
    .option('--product <name>', 'one product alone')
    .addHelpText(
      'after',
      `
Days are those on which head office received a decision: a day is complete a minute after it has ended and never changes, so that files of one day
after the other neither miss nor repeat one. When it was decided is a column. docs/feeds.md tells the columns.

Example:
  outpost headoffice export predictions --from 2027-01-01 --to 2027-01-31 --format parquet --out january.parquet`,
    )
    .action(async (what: string, options: LastOf<'runExport'>) => report(await (await import('./run-export.ts')).runExport(what, options)));
}

/** `outpost people …`: its commands, options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;
type Runs = typeof import('./run-people.ts');
type OptionsOf<Run extends keyof Runs> = Runs[Run] extends (...given: infer Given) => unknown
  ? Given extends [...unknown[], infer Last]
    ? Last
    : never
  : never;

const FIRST_PASSPHRASE = 'file with the first passphrase (10 characters or more); without it the terminal is asked';

export function addPeople(program: Command, report: Report, dataOption: () => Option): void {
  const people = program
    .command('people')
    .description('accounts and roles of a branch: only IT manages them, and never its own')
    .addHelpText(
      'after',
      `
As soon as a branch has accounts, commands that decide, review or show personal data work as somebody: --as ACCOUNT (or OUTPOST_ACCOUNT), with
the passphrase from the file that OUTPOST_ACCOUNT_PASSPHRASE_FILE names, or asked for at the terminal.

Examples:
  outpost people add ines --name "Inés Vidal" --role it --data ./office
  outpost people add olga --name "Olga Marsh" --role officer --data ./office --as ines
  outpost people passphrase --data ./office --as olga
  outpost people role olga supervisor --data ./office --as ines`,
    );
  const command = (name: string, description: string) =>
    people.command(name).description(description).addOption(dataOption()).addOption(asOption());
  command('list', 'who has an account')
    .option('--json', 'as JSON')
    .action(async (options: OptionsOf<'listPeople'>) => report(await (await import('./run-people.ts')).listPeople(options)));
  command('add <account>', 'make an account; the first of a branch is IT’s and needs nobody’s leave')
    .requiredOption('--name <name>', 'the name as colleagues know it')
    .requiredOption('--role <role>', 'officer, supervisor, auditor or it')
    .option('--passphrase-file <file>', FIRST_PASSPHRASE)
    .action(async (account: string, options: OptionsOf<'addPerson'>) =>
      report(await (await import('./run-people.ts')).addPerson(account, options)),
    );
  command('role <account> <role>', 'give another role').action(async (account: string, role: string, options: OptionsOf<'changeRole'>) =>
    report(await (await import('./run-people.ts')).changeRole(account, role, options)),
  );
  for (const verb of ['disable', 'enable'] as const)
    command(`${verb} <account>`, verb === 'disable' ? 'let nobody in any more; the account keeps its name' : 'let them in again').action(
      async (account: string, options: OptionsOf<'switchAccount'>) =>
        report(await (await import('./run-people.ts')).switchAccount(account, verb === 'disable', options)),
    );
  command('officers-see <what>', 'what officers see: own, their own decisions alone (as at first), or all').action(
    async (what: string, options: OptionsOf<'setSight'>) => report(await (await import('./run-people.ts')).setSight(what, options)),
  );
  command('passphrase [account]', 'change one’s own passphrase; with an account: give somebody who lost theirs a new first one')
    .option('--passphrase-file <file>', FIRST_PASSPHRASE)
    .action(async (account: string | undefined, options: OptionsOf<'changePassphrase'>) =>
      report(await (await import('./run-people.ts')).changePassphrase(account, options)),
    );
}

/** `outpost headoffice branch`: its options and examples. */
import type { Command } from 'commander';
import { ofHeadOffice, type Report } from './store-options.ts';

type Runs = typeof import('./run-branch.ts');

export function addBranches(headOffice: Command, report: Report): void {
  const branch = headOffice
    .command('branch')
    .description('branches: the files by which a PC becomes one, replacement, loss')
    .addHelpText(
      'after',
      `
A branch file is good for one PC, once. Hand it over, or print it as a QR code, and read the fingerprint to the person at the branch over the phone.
docs/enrolment.md tells how, and what to do when a PC was replaced or lost.

Examples:
  outpost headoffice branch add riverside --title "Riverside" --url https://sync.bank.example --person ines:it:"Inés Vidal" --out riverside.branch
  outpost headoffice branch renew riverside --revoke-old --out riverside-2.branch
  outpost headoffice branch revoke riverside --why "The PC was stolen on 3 May"`,
    );
  ofHeadOffice(branch.command('add'))
    .description('make a branch known and issue its file')
    .argument('<name>', 'small letters, digits and hyphens; it stays')
    .requiredOption('--title <title>', 'what people call it')
    .option('--url <url>', "head office's address; without it the branch is reached by USB stick alone")
    .option('--tag <tag>', 'a tag of the branch in rollouts; may be given again', collect, [])
    .option('--witness <vkey[=url]>', "a further witness beside head office's own; may be given again", collect, [])
    .option('--quorum <number>', "how many of the witnesses must countersign, head office's own counted; 1 where it is not given")
    .option('--repository <address>', 'where the branch gets its updates')
    .option('--limit <bytes>', 'bytes per second that sync may take of the line')
    .option('--metered <what>', 'on a line that costs by the byte: send, or wait', 'send')
    .option('--person <account:role:name>', 'somebody who is to work there; may be given again', collect, [])
    .option('--expires-days <days>', 'how long the file is good', '14')
    .requiredOption('--out <file>', 'the branch file (must not exist)')
    .option('--qr <file>', 'the same as a QR code (SVG; must not exist)')
    .option('--json', 'as JSON')
    .action(async (name: string, options: Parameters<Runs['runAddBranch']>[1]) =>
      report(await (await import('./run-branch.ts')).runAddBranch(name, options)),
    );
  ofHeadOffice(branch.command('renew'))
    .description('issue a file for a replacement PC; files that were not used are taken back')
    .argument('<name>', 'the branch')
    .option('--revoke-old', 'revoke the PCs before at once; otherwise they stay until they are revoked')
    .option('--expires-days <days>', 'how long the file is good', '14')
    .requiredOption('--out <file>', 'the branch file (must not exist)')
    .option('--qr <file>', 'the same as a QR code (SVG; must not exist)')
    .option('--json', 'as JSON')
    .action(async (name: string, options: Parameters<Runs['runRenewBranch']>[1]) =>
      report(await (await import('./run-branch.ts')).runRenewBranch(name, options)),
    );
  ofHeadOffice(branch.command('revoke'))
    .description('a PC was lost: take nothing more of it, and take back files that were not used')
    .argument('<name>', 'the branch')
    .option('--device <id>', 'this one alone, as list names it; without it all of the branch')
    .requiredOption('--why <text>', 'kept with it')
    .option('--json', 'as JSON')
    .action(async (name: string, options: Parameters<Runs['runRevokeBranch']>[1]) =>
      report(await (await import('./run-branch.ts')).runRevokeBranch(name, options)),
    );
  ofHeadOffice(branch.command('list'))
    .description('the branches with their PCs and the files that are out')
    .option('--json', 'as JSON')
    .action(async (options: Parameters<Runs['runListBranches']>[0]) =>
      report(await (await import('./run-branch.ts')).runListBranches(options)),
    );
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** `outpost erase`, `hold`, `recovery-key`, `backup`, `restore`: their options and examples. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

export function addKeep(program: Command, report: Report, dataOption: () => Option): void {
  addErase(program, report, dataOption);
  addHold(program, report, dataOption);
  addRecoveryKey(program, report, dataOption);
  addBackup(program, report, dataOption);
  addRestore(program, report, dataOption);
}

function addErase(program: Command, report: Report, dataOption: () => Option): void {
  whose(program.command('erase').description('destroy what names an applicant: keys, name and draft; the log stays whole'))
    .addOption(dataOption())
    .addOption(asOption())
    .option('--ground <ground>', 'subject-request or retention-over', 'subject-request')
    .option('--preview', 'only say what would go, and what forbids it')
    .option('--list', 'only list the applications erased so far, for outpost restore --erased')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Refused, and the refusal is an entry of the log, while the decision must be kept (25 months, 12 CFR 1002.12(b)) or is under a legal hold.
Backups made before still hold the key: make a new one and delete them. What remains of a person: docs/privacy.md.
Exit codes: 0 done; 1 the preview found what forbids it; 2 refused, or bad input; 3 the disk.

Examples:
  outpost erase --data ./office --seq 7 --preview
  outpost erase --data ./office --seq 7 --as samir
  outpost erase --data ./office --list > erased.txt`,
    )
    .action(async (options: Parameters<typeof import('./run-erase.ts')['runErase']>[0] & { list?: true }) => {
      const { runErase, runErasedList } = await import('./run-erase.ts');
      report(await (options.list ? runErasedList(options) : runErase(options)));
    });
}

function addHold(program: Command, report: Report, dataOption: () => Option): void {
  const hold = program
    .command('hold')
    .description('legal holds: what nobody may erase')
    .addHelpText(
      'after',
      `
Examples:
  outpost hold set --data ./office --seq 7 --reason complaint --as agnes
  outpost hold list --data ./office
  outpost hold lift --data ./office --seq 7`,
    );
  for (const verb of ['set', 'lift'] as const) {
    const command = whose(hold.command(verb).description(verb === 'set' ? 'forbid erasing an application' : 'allow it again'));
    const reason = 'litigation, complaint, supervisory-inquiry or internal-audit';
    if (verb === 'set') command.requiredOption('--reason <reason>', reason);
    else command.option('--reason <reason>', `ended, or ${reason}`, 'ended');
    command
      .addOption(dataOption())
      .addOption(asOption())
      .action(async (options: Parameters<typeof import('./run-hold.ts')['runHold']>[1]) => {
        const { runHold } = await import('./run-hold.ts');
        report(await runHold(verb === 'set', options));
      });
  }
  hold
    .command('list')
    .description('holds in force')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--json', 'as JSON')
    .action(async (options: Parameters<typeof import('./run-hold.ts')['runHolds']>[0]) => {
      const { runHolds } = await import('./run-hold.ts');
      report(await runHolds(options));
    });
}

function addRecoveryKey(program: Command, report: Report, dataOption: () => Option): void {
  program
    .command('recovery-key')
    .description('the key that opens a folder, and its backups, when passphrase or key store are lost')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--new', 'make a new one and print it once; the one before opens nothing any more, but for older backups')
    .option('--use', 'protect the folder anew with OUTPOST_PASSPHRASE_FILE, after opening it with OUTPOST_RECOVERY_KEY_FILE')
    .addHelpText(
      'after',
      `
The first use of a folder makes one and prints it. Without an option this tells of it: none, unseen (made, and shown to nobody) or given.
OUTPOST_RECOVERY_KEY_FILE names a file with it, for any command: it is then used in the place of passphrase or key store.

Examples:
  outpost recovery-key --data ./office --new
  OUTPOST_RECOVERY_KEY_FILE=key.txt OUTPOST_PASSPHRASE_FILE=new.txt outpost recovery-key --data ./office --use`,
    )
    .action(async (options: Parameters<typeof import('./run-recovery-key.ts')['runRecoveryKey']>[0]) => {
      const { runRecoveryKey } = await import('./run-recovery-key.ts');
      report(await runRecoveryKey(options));
    });
}

function addBackup(program: Command, report: Report, dataOption: () => Option): void {
  program
    .command('backup')
    .description('copy the whole folder into one encrypted file, which the recovery key alone opens')
    .addOption(dataOption())
    .addOption(asOption())
    .option('--out <file>', 'where to write it; must not exist. Without it: in the folder’s own exports')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
It holds the log, the models, policies and products, and neither passphrase nor key store of this PC. The program may be deciding meanwhile, in
the desktop; the command line wants the folder to itself. The backup is an entry of the log, behind the last one in it.
Exit codes: 0 done; 1 the log or an artefact was tampered with; 2 no recovery key was given to anybody, or bad input; 3 the disk.

Examples:
  outpost backup --data ./office --as ines
  outpost backup --data ./office --out /media/usb/office.outpost-backup --json`,
    )
    .action(async (options: Parameters<typeof import('./run-backup.ts')['runBackup']>[0]) => {
      const { runBackup } = await import('./run-backup.ts');
      report(await runBackup(options));
    });
}

function addRestore(program: Command, report: Report, dataOption: () => Option): void {
  program
    .command('restore')
    .description('make a data folder from a backup: verified first, in a new epoch of the log')
    .argument('<file>', 'the backup')
    .addOption(dataOption())
    .option('--erased <file>', 'applications erased since the backup was made (outpost erase --list): they are erased again')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Asks for the recovery key that was in force when the backup was made, or takes it from the file that OUTPOST_RECOVERY_KEY_FILE names.
OUTPOST_PASSPHRASE_FILE protects the restored folder; without it its key lies beside the database. Nothing is ever written over: the folder must
be new or empty. What was decided after the backup is not in it; the PC that it came from must not go on (docs/it.md).
Exit codes: 0 done; 1 the log in it was tampered with; 2 wrong recovery key, a folder that is there, or bad input; 3 no whole backup, one of a
newer version, or the disk.

Examples:
  OUTPOST_RECOVERY_KEY_FILE=key.txt OUTPOST_PASSPHRASE_FILE=new.txt outpost restore office.outpost-backup --data ./office
  outpost restore office.outpost-backup --data ./office --erased erased.txt`,
    )
    .action(async (file: string, options: Parameters<typeof import('./run-restore.ts')['runRestore']>[1]) => {
      const { runRestore } = await import('./run-restore.ts');
      report(await runRestore(file, options));
    });
}

function whose(command: Command): Command {
  return command.option('--application <id>', 'whose application, by its id').option('--seq <number>', 'or by the number of its decision');
}

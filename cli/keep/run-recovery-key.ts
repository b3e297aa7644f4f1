import { atWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { protectionOfEnvironment } from '../open-data-folder.ts';
import { printData, say } from '../print.ts';
import { sayRecoveryKey } from './say-recovery-key.ts';

/** `new`: make one; `use`: the folder was opened with it, and is protected anew as the environment says. Without either: tells whether there is one. */
export async function runRecoveryKey(options: WorkOptions & { new?: true; use?: true }): Promise<ExitCode> {
  const { recoveryKeyState, renewRecoveryKey } = await import('../../branch/keys/hand-out-recovery-key.ts');
  return await atWork(options, ['back-up'], async (branch) => {
    if (options.use) {
      const protection = protectionOfEnvironment();
      await branch.key.protect(protection);
      say(
        protection.wrap === 'passphrase'
          ? 'The folder opens with the passphrase of OUTPOST_PASSPHRASE_FILE from now on. The recovery key stays what it is.'
          : 'The key of the folder lies open beside the database from now on: set OUTPOST_PASSPHRASE_FILE and do this again to protect it.',
      );
    }
    if (options.new) sayRecoveryKey(renewRecoveryKey(branch));
    if (!options.new && !options.use) printData(`${recoveryKeyState(branch)}\n`);
    return EXIT.done;
  });
}

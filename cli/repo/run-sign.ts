/** `outpost repo sign` and `collect`: signatures of people who need not meet. */
import { describeStaged } from '../../headoffice/publish/describe-staged.ts';
import { STAGEABLE } from '../../headoffice/publish/form.ts';
import { withLock } from '../../headoffice/publish/lock.ts';
import { openRepository } from '../../headoffice/publish/open-repository.ts';
import { isComplete } from '../../headoffice/publish/repository.ts';
import { collectSignatures, signRole } from '../../headoffice/publish/sign-role.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, say } from '../print.ts';
import { openKeys } from './open-keys.ts';
import { stageableOf, usage } from './usage.ts';

export async function runSign({ repo, role: given, key: files }: { repo: string; role: string; key: string[] }): Promise<ExitCode> {
  const role = stageableOf(given);
  return await withLock(repo, async () => {
    const repository = openRepository(repo);
    // Before the passphrase is asked for: whoever does not like what they see gives none.
    for (const line of describeStaged(repository, role)) say(line);
    for (const key of await openKeys(files)) {
      signRole(repository, role, key, Date.now());
      printData(`${role} signed with ${key.id}\n`);
    }
    say(isComplete(repository, role) ? `${role} has all the signatures that it needs.` : `${role} needs more signatures.`);
    return EXIT.done;
  });
}

export async function runCollect({ repo, from }: { repo: string; from: string }): Promise<ExitCode> {
  return await withLock(repo, () => {
    const repository = openRepository(repo);
    const copy = openRepository(from);
    const shared = STAGEABLE.filter((role) => copy.staged.has(role));
    if (shared.length === 0) throw usage(`Nothing is staged in ${from}.`, 'Name the copy that was signed.');
    for (const role of shared) {
      const fresh = collectSignatures(repository, role, copy.staged.get(role)!);
      printData(`${role}: ${fresh} new ${fresh === 1 ? 'signature' : 'signatures'}${isComplete(repository, role) ? ', complete' : ''}\n`);
    }
    return EXIT.done;
  });
}

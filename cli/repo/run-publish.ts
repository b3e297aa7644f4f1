/** `outpost repo publish`. */
import { withLock } from '../../headoffice/publish/lock.ts';
import { openRepository } from '../../headoffice/publish/open-repository.ts';
import { publicFolder } from '../../headoffice/publish/places.ts';
import { publish } from '../../headoffice/publish/publish.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, say } from '../print.ts';
import { openKeys } from './open-keys.ts';
import { usage } from './usage.ts';

export async function runPublish({ repo, key: files }: { repo: string; key: string[] }): Promise<ExitCode> {
  return await withLock(repo, async () => {
    const repository = openRepository(repo);
    const staged = [...repository.staged.keys()];
    const keys = await openKeys(files);
    const other = keys.find(({ role }) => role !== 'snapshot' && role !== 'timestamp');
    if (other !== undefined)
      throw usage(
        `A key of ${other.role} was given.`,
        'Publishing takes the keys of snapshot and timestamp alone; leave the others locked away.',
      );
    const online = { snapshot: keys.filter(({ role }) => role === 'snapshot'), timestamp: keys.filter(({ role }) => role === 'timestamp') };
    publish(repository, online, { now: Date.now() });
    for (const [role, { signed }] of repository.published) printData(`${role} ${signed.version} ${signed.expires}\n`);
    say(staged.length === 0 ? 'Nothing was staged: signed again as it was.' : `Published: ${staged.join(', ')}.`);
    say(`Give out ${publicFolder(repo)}: copy targets/ first, then metadata/, timestamp.json last.`);
    return EXIT.done;
  });
}

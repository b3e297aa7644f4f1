import { resolve } from 'node:path';
import { atWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson, say } from '../print.ts';

export async function runBackup({ out, json, ...work }: WorkOptions & { out?: string; json?: true }): Promise<ExitCode> {
  const { backUp } = await import('../../branch/backup/back-up.ts');
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(work.data)).close();
  return await atWork(work, ['back-up'], async (branch) => {
    const made = await backUp(branch, out === undefined ? null : resolve(out));
    if (json) printJson(made);
    else printData(`${made.file}\n${made.size} entries, ${made.bytes} bytes, SHA-256 ${made.sha256}\n`);
    say('Keep it on another disk. Only the recovery key opens it: one that is made later does not.');
    return EXIT.done;
  });
}

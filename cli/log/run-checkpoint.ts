/** `outpost log checkpoint`. */
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder, openDataFolder } from '../open-data-folder.ts';
import { printData } from '../print.ts';

export async function runCheckpoint({ data }: { data: string }): Promise<ExitCode> {
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(data)).close();
  const branch = await openDataFolder(data);
  try {
    printData(checkpointLog(branch.log).note);
    return EXIT.done;
  } finally {
    await branch.close();
  }
}

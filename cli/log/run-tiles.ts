/** `outpost log tiles`. */
import { writeTiles } from '../../branch/write-tiles.ts';
import { atWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { say } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';

export async function runTiles({ out, ...options }: { data: string; as?: string; out: string }): Promise<ExitCode> {
  (await lookIntoDataFolder(options.data)).close();
  const progress = new ProgressBar();
  const { size, files } = await atWork(options, ['export-evidence'], async (branch) =>
    writeTiles(branch, out, (done, total) => progress.show(done / total, `${done} of ${total} entries`)),
  );
  progress.clear();
  say(`${size} entries in ${files} files in ${out}.`);
  return EXIT.done;
}

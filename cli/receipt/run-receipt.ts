/** `outpost receipt`. */
import { receiptOf } from '../../branch/receipt.ts';
import { atWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { numberOf } from '../log/seq-options.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

export async function runReceipt({ seq, json, ...options }: { data: string; as?: string; seq: string; json?: true }): Promise<ExitCode> {
  const number = numberOf('--seq', seq);
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(options.data)).close();
  const receipt = await atWork(options, ['see-own-decisions', 'see-all-decisions'], async (branch) => receiptOf(branch, number));
  if (json === true) printJson(receipt);
  else printData(receipt.text);
  return EXIT.done;
}

/** `outpost show`. */
import { showDecision } from '../../branch/show-decision.ts';
import { Failed } from '../../contract/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';
import { decisionInWords } from './decision-in-words.ts';

export async function runShow({ data, seq, json }: { data: string; seq: string; json?: true }): Promise<ExitCode> {
  if (!/^\d{1,15}$/.test(seq))
    throw new Failed({
      kind: 'usage',
      happened: '--seq takes the number of an entry.',
      safe: 'Nothing was changed.',
      next: 'Take it from the output of decide.',
      facts: {},
    });
  const folder = await lookIntoDataFolder(data);
  try {
    const view = await showDecision(folder.db, folder.store, Number(seq));
    if (json === true) printJson(view);
    else printData(decisionInWords(view));
    return EXIT.done;
  } finally {
    folder.close();
  }
}

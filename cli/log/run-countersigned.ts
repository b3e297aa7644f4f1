/** `outpost log countersigned`. */
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { Failed } from '../../contract/failure.ts';
import { atWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printJson, say } from '../print.ts';
import { readNote } from '../read-note.ts';

export async function runCountersigned(file: string, { json, ...options }: { data: string; as?: string; json?: true }): Promise<ExitCode> {
  const note = readNote(file);
  (await lookIntoDataFolder(options.data)).close();
  try {
    const { size, sha256 } = await atWork(options, ['verify-log'], async ({ log }) => acceptCountersigned(log, note));
    if (json === true) printJson({ size, sha256 });
    else say(`Countersigned up to entry ${size - 1}: ${size} entries. Entries from now on name it as their anchor.`);
    return EXIT.done;
  } catch (error) {
    // The one refusal with facts: the log's own key signed something else, and both notes are in the log now.
    if (!(error instanceof Failed) || error.failure.kind !== 'checkpoint-refused' || error.failure.facts.size === undefined) throw error;
    say(`outpost: ${error.failure.happened}`);
    say(`What is safe: ${error.failure.safe}`);
    say(`What to do:   ${error.failure.next}`);
    return EXIT.found;
  }
}

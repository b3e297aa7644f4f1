/** `outpost doctor`. */
import { type Examined, examineFailure, examineOffice, examineVersions } from '../../branch/examine-office.ts';
import { Failed } from '../../contract/failure.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

const MARKS: Record<Examined['state'], string> = { well: 'ok   ', watch: 'watch', wrong: 'WRONG' };

export async function runDoctor({ data, json }: { data: string; json?: true }): Promise<ExitCode> {
  const { examined, code } = await examine(data);
  if (json === true) printJson(examined);
  else {
    const width = Math.max(...examined.map(({ name }) => name.length));
    printData(examined.map(({ name, state, detail }) => `${MARKS[state]}  ${name.padEnd(width)}  ${detail}\n`).join(''));
  }
  return code;
}

/** A folder that cannot be opened is what a doctor is for: it is told among the rest. */
async function examine(data: string): Promise<{ examined: Examined[]; code: ExitCode }> {
  try {
    const folder = await lookIntoDataFolder(data);
    try {
      const examined = await examineOffice(folder, Date.now());
      return { examined, code: examined.some(({ state }) => state === 'wrong') ? EXIT.found : EXIT.done };
    } finally {
      folder.close();
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { examined: [...examineVersions(), examineFailure(error.failure)], code: exitCodeOf(error.failure.kind) };
  }
}

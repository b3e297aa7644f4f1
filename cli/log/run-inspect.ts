/** `outpost log inspect`. */
import { seeEntry } from '../../branch/audit/see-entry.ts';
import type { EntryView } from '../../contract/audit.ts';
import { atWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';
import { numberOf } from './seq-options.ts';

export async function runInspect({ seq, json, ...options }: { data: string; as?: string; seq: string; json?: true }): Promise<ExitCode> {
  const number = numberOf('--seq', seq);
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(options.data)).close();
  const view = await atWork(options, ['read-log'], async (branch) => seeEntry(branch, number));
  if (json === true) printJson(view);
  else printData(inWords(view));
  return EXIT.done;
}

function inWords({ seq, type, wall, interval, actor, role, leafHash, bytes, proof, related }: EntryView): string {
  const { notBefore, notAfter } = interval;
  const bounds = [...(notBefore === null ? [] : [`after ${notBefore}`]), ...(notAfter === null ? [] : [`before ${notAfter}`])];
  if (bounds.length === 0) bounds.push('not bounded yet');
  if (notBefore !== null && notAfter !== null && notBefore > notAfter)
    bounds.push('which contradict each other: a witness’s clock is wrong');
  return [
    `entry ${seq}, ${type}`,
    `by ${actor} (${role}) at ${wall} by this PC's clock`,
    `by the clocks of witnesses: ${bounds.join(', ')}`,
    `leaf hash ${leafHash}`,
    ...related.map((row) => `related: entry ${row.seq}, ${row.type}`),
    '',
    bytes,
    '',
    proof,
  ].join('\n');
}

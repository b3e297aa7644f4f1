/** `outpost headoffice stick`. */
import { userInfo } from 'node:os';
import { copyUpdates } from '../../headoffice/stick/copy-updates.ts';
import { type TakenStick, takeStick } from '../../headoffice/stick/take-stick.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { atHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export async function runStick(
  stick: string,
  { updates, json, ...where }: HeadOfficeOptions & { updates?: string; json?: true },
): Promise<ExitCode> {
  const by = `cli:${userInfo().username}`;
  const taken = await atHeadOffice(where, ({ store, keys }) => takeStick({ store, keys, now: () => Date.now() }, stick, by));
  if (json === true) printJson(taken);
  else tell(taken);
  if (updates !== undefined) {
    const { copied, known } = await copyUpdates(updates, stick);
    say(`Updates: ${copied} files copied, ${known} were there.`);
  }
  return taken.logs.some(({ refused }) => refused.length > 0) ? EXIT.found : EXIT.done;
}

function tell({ logs, unknown }: TakenStick): void {
  for (const { log, branch, taken, known, size, refused, replies } of logs) {
    const name = branch ?? `a log that is not known (${log.slice(0, 16)}…)`;
    printData(
      `${name}: ${taken} entries taken, ${known} already there, ${size} held; ${replies.length === 0 ? 'NO reply' : 'reply written'}\n`,
    );
    for (const { file, detail } of refused) printData(`  refused ${file}: ${detail}\n`);
  }
  if (logs.length === 0) say('No branch has put anything on this stick.');
  if (unknown.length > 0) say(`Left as they are, since nothing here writes such names: ${unknown.join(', ')}`);
}

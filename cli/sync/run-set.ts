/** `outpost sync --limit`, `--metered`, `--line`. */
import { Failed } from '../../contract/failure.ts';
import { atWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

export interface SetOptions extends WorkOptions {
  limit?: string | undefined;
  metered?: string | undefined;
  line?: string | undefined;
  json?: true | undefined;
}

export async function runSet({ limit, metered, line, json, ...work }: SetOptions): Promise<ExitCode> {
  const { keepSyncSettings } = await import('../../branch/sync/sync-settings.ts');
  const change = {
    ...(limit === undefined ? {} : { bytesPerSecond: limit === 'none' ? null : numberOf(limit) }),
    ...(metered === undefined ? {} : { metered: oneOf(metered, ['send', 'wait'] as const, '--metered') }),
    ...(line === undefined ? {} : { isMetered: oneOf(line, ['metered', 'free'] as const, '--line') === 'metered' }),
  };
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(work.data)).close();
  return await atWork(work, ['manage-sync'], async ({ log }) => {
    const settings = keepSyncSettings(log.db, change);
    if (json === true) printJson(settings);
    else
      printData(
        `limit    ${settings.bytesPerSecond ?? 'none'}\nmetered  ${settings.metered}\nline     ${settings.isMetered ? 'metered' : 'free'}\n`,
      );
    return EXIT.done;
  });
}

function numberOf(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw usage(`${text} is no limit of the line.`, 'Give a whole number of bytes per second, at least 500, or none.');
}

function oneOf<T extends string>(text: string, words: readonly T[], option: string): T {
  const found = words.find((word) => word === text);
  if (found === undefined) throw usage(`${option} cannot be ${text}.`, `Give ${words.join(' or ')}.`);
  return found;
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}

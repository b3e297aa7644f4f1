/** An update of the program is an entry of the log: by the program that came, since the one that left could not know that it would. */
import { inTransaction } from '../../db/handle.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { SYSTEM } from '../activation/activation-entries.ts';
import { appendEntries } from '../log/append-entries.ts';
import { keepingPlace } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';

/**
 * To be called at every start of the service. Entry and setting are stored together: a crash between them would tell it twice, or never.
 * @throws Failed where the log cannot take it: the next start tells it
 */
export function noteProgramVersion({ log, tellChange }: Pick<Branch, 'log' | 'tellChange'>, version: string): void {
  const before = getSetting(log.db, 'app.version');
  if (before === version) return;
  keepingPlace(log, () =>
    inTransaction(log.db, () => {
      putSettings(log.db, { 'app.version': version });
      if (before !== null) appendEntries(log, [{ entry: { ...SYSTEM, type: 'app-updated', from: before, to: version } }]);
    }),
  );
  if (before !== null) tellChange();
}

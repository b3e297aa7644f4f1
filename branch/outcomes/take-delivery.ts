/** How loans went, as head office tells it: one entry for each delivery, in their order, each once. */
import { Failed } from '../../contract/failure.ts';
import { outcomeDelivery } from '../../contract/sync.ts';
import { lastDeliveryAfter } from '../../db/outcomes.ts';
import { parseVkey } from '../../ledger/note-keys.ts';
import { openSignedJson } from '../../ledger/signed-json.ts';
import type { Branch } from '../branch.ts';
import { enrolledAt } from '../enrolment/device.ts';
import { type AppendedEntry, appendEntries } from '../log/append-entries.ts';
import { logIdOf } from '../sync/log-id.ts';
import { outcomesBegin } from './outcomes-begin.ts';

/**
 * Takes in a delivery; durable when it returns.
 * @param note signed by the head office that this PC is enrolled at, for this log
 * @returns its entry; null: it was taken before, and nothing changed
 * @throws Failed not-enrolled; sync-refused for what is not of that head office, of this log, of the agreed form, or not the next; disk-full, disk-error,
 * database-corrupt
 */
export function takeDelivery(branch: Branch, note: string): AppendedEntry | null {
  const { log } = branch;
  const office = enrolledAt(log.db);
  if (office === null) throw new Failed(notEnrolled);
  const key = parseVkey(office.headOffice.vkey);
  const opened = key === null ? null : openSignedJson(note, key);
  if (opened === null || 'problem' in opened) throw refused('They are not signed by head office, or were changed on the way.');
  const { data: delivered } = outcomeDelivery.safeParse(opened.value);
  if (delivered === undefined) throw refused('They are of a form that this program does not know.', 'Update the program, then sync again.');
  if (delivered.log !== logIdOf(log.origin)) throw refused('They are for another log, or for an earlier epoch of this one.');
  const last = lastDeliveryAfter(log.db, outcomesBegin(log.db, office.headOffice.vkey));
  const { delivery } = delivered;
  if (delivery <= last) return null;
  if (delivery > last + 1)
    throw refused(`Delivery ${delivery} came, and ${last + 1} is the next.`, 'Sync again: those before it come first.');
  const entry = { type: 'outcome', actor: 'system', role: 'system', delivery, note } as const;
  const appended = appendEntries(log, [{ entry }])[0]!;
  branch.tellChange();
  return appended;
}

function refused(happened: string, next = 'Ask head office to look at its deliveries for this branch.'): Failed {
  return new Failed({
    kind: 'sync-refused',
    happened: `Outcomes from head office were not taken. ${happened}`,
    safe: 'Nothing was stored of them. Decisions go on, and so does sending entries.',
    next,
    facts: {},
  });
}

const notEnrolled: Failed['failure'] = {
  kind: 'not-enrolled',
  happened: 'This PC is not enrolled at a head office, whose outcomes it could believe.',
  safe: 'Nothing was stored.',
  next: 'Enrol it: outpost branch enrol FILE.',
  facts: {},
};

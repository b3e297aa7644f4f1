import type { EnrolmentState } from '../../contract/enrolment-calls.ts';
import { listAccounts } from '../../db/accounts.ts';
import type { Reader } from '../../db/handle.ts';
import { fingerprintOf } from '../../ledger/fingerprint.ts';
import { enrolledAt, lastEnrolment } from './device.ts';

/** What this PC is to which head office. */
export function enrolmentState(db: Reader): EnrolmentState {
  const last = lastEnrolment(db);
  if (last === null) return { state: 'none' };
  const { branch, name, headOffice, device, at, people } = last;
  const { vkey, url } = headOffice;
  const known = new Set(listAccounts(db).map(({ account }) => account));
  return {
    state: enrolledAt(db) === null ? 'copied' : last.pending === null ? 'enrolled' : 'pending',
    branch,
    name,
    headOffice: { name: headOffice.name, url, fingerprint: fingerprintOf(vkey) },
    device,
    at,
    waiting: people.filter(({ account }) => !known.has(account)),
  };
}

/** Where this branch's head office is, and who this PC is to it, as enrolment left it. */
import { parseVkey } from '../../ledger/note-keys.ts';
import type { Branch } from '../branch.ts';
import { deviceKey, enrolledAt } from '../enrolment/device.ts';
import { enrolmentOf } from '../enrolment/pending-enrolment.ts';
import type { EnrolledPlace } from './sync-deps.ts';

/** null: not enrolled, or a copy that has to be enrolled itself. Keys are parsed once for each enrolment. */
export function enrolledPlace(branch: Pick<Branch, 'log'>): EnrolledPlace | null {
  const { db } = branch.log;
  const enrolled = enrolledAt(db);
  const device = deviceKey(db);
  if (enrolled === null || device === null) return null;
  const [office, ...further] = enrolled.witnesses.flatMap(({ vkey, url }) => {
    const verifier = parseVkey(vkey);
    return verifier === null ? [] : [{ vkey, verifier, url }];
  });
  if (office === undefined) return null;
  return {
    name: enrolled.headOffice.name,
    url: enrolled.headOffice.url,
    witness: office.verifier,
    further: further.flatMap(({ url, ...rest }) => (url === null ? [] : [{ ...rest, url }])),
    recipient: enrolled.headOffice.recipient,
    identity: device.identity,
    device,
    pending: enrolled.pending === null ? null : enrolmentOf(branch.log, enrolled.branch, enrolled.pending.token, device),
  };
}

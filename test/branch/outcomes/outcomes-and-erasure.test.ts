import { afterAll, beforeAll, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { eraseSubject } from '../../../branch/erasure/erase-subject.ts';
import type { VerifyStep } from '../../../branch/log/verify-log.ts';
import { takeDelivery } from '../../../branch/outcomes/take-delivery.ts';
import { seeDecision } from '../../../branch/see-decision.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import type { OutcomeRow } from '../../../contract/sync.ts';
import { listOutcomes } from '../../../db/outcomes.ts';
import { application } from '../../support/application.ts';
import { deliveryNote, enrolAt } from '../../support/deliveries.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { withPeople } from '../../support/people.ts';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

it('outlives its person’s name: an outcome that came before an erasure, and one that comes after, verify and name nobody', async () => {
  let mono = 0;
  const branch = await openedBranch(offices.copy(), { clock: { now: () => NOON + mono, mono: () => ++mono } });
  const people = await withPeople(branch);
  const one = application({ identity: { full_name: 'Zoë Quillfeather', id_number: 'X-77' } });
  const { seq } = await decideApplication(people.officer, one);
  enrolAt(branch.log);
  const row = (asOf: string, performance: OutcomeRow['performance']) => ({
    application: one.applicationId,
    performance,
    monthsOnBook: 6,
    asOf,
  });
  takeDelivery(branch, deliveryNote(branch.log, 1, [row('2027-06-30', 'good')]));
  mono += 800 * 86_400_000;
  eraseSubject(people.supervisor, { application: one.applicationId, ground: 'subject-request' });
  takeDelivery(branch, deliveryNote(branch.log, 2, [row('2028-06-30', 'bad')]));
  expect(listOutcomes(branch.log.db, null, null, null)).toMatchObject([{ decision: seq, performance: 'bad' }]);
  expect((await seeDecision(people.supervisor, seq)).identity).toBeNull();
  let last: VerifyStep | undefined;
  for await (const step of verifyOwnLog(branch)) last = step;
  expect(last).toMatchObject({ step: 'report', report: { verdict: 'intact-unwitnessed-tail', findings: [] } });
  await branch.close();
});

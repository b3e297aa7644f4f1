/** Enrolment as the service would tell it: one branch file, by a head office whose key nobody has compared yet. */
import { implement } from '@orpc/server';
import type { BranchFileSource, BranchFileView, EnrolmentResult, EnrolmentState } from '../../contract/enrolment-calls.ts';
import { serviceContract } from '../../contract/ipc.ts';

export const FINGERPRINT = '9JFX-VRMR-7KS3-WAZ0-NXS8';
const HEAD_OFFICE = { name: 'First Regional Bank', url: 'https://sync.bank.example' };
const PEOPLE = [
  { account: 'ines', name: 'Inés Vidal', role: 'it' as const },
  { account: 'olga', name: 'Olga Marsh', role: 'officer' as const },
];

export class FakeEnrolment {
  state: EnrolmentState = { state: 'none' };
  view: BranchFileView = {
    branch: 'riverside',
    name: 'Riverside',
    headOffice: HEAD_OFFICE,
    people: PEOPLE,
    issued: '2026-11-20T09:00:00.000Z',
    expires: '2026-12-04T09:00:00.000Z',
    fingerprint: FINGERPRINT,
    isPinned: false,
    isOtherHeadOffice: false,
    isExpired: false,
  };
  /** Whether head office answers. */
  isReached = true;
  readonly read: BranchFileSource[] = [];
  readonly confirmed: (string | null)[] = [];

  look(source: BranchFileSource): BranchFileView {
    this.read.push(source);
    return this.view;
  }

  enrol(fingerprint: string | null): EnrolmentResult {
    this.confirmed.push(fingerprint);
    const { branch, name } = this.view;
    const enrolled = { branch, name, headOffice: { ...HEAD_OFFICE, fingerprint: FINGERPRINT }, device: 'd'.repeat(64) };
    this.state = { state: this.isReached ? 'enrolled' : 'pending', ...enrolled, at: '2026-12-01T12:00:00.000Z', waiting: PEOPLE };
    return { state: this.state, unreached: null };
  }
}

export function enrolmentCallsOf(enrolment: FakeEnrolment) {
  const os = implement(serviceContract).enrolment;
  return {
    state: os.state.handler(() => enrolment.state),
    read: os.read.handler(({ input }) => enrolment.look(input)),
    enrol: os.enrol.handler(({ input }) => enrolment.enrol(input.fingerprint)),
    readFirst: os.readFirst.handler(({ input }) => enrolment.look(input)),
    enrolFirst: os.enrolFirst.handler(({ input }) => enrolment.enrol(input.fingerprint)),
  };
}

/** Calls about enrolment: each is one use case of branch/enrolment. Those of a first start are for nobody, while nobody has an account. */
import { type EnrolmentAccess, enrolBranch, lookAtBranchFile } from '../../branch/enrolment/enrol-branch.ts';
import { enrolmentState } from '../../branch/enrolment/enrolment-state.ts';
import { inFirstUse } from '../../branch/enrolment/first-use.ts';
import { readBranchFile } from '../../branch/enrolment/read-branch-file.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { BranchFileSource } from '../../contract/enrolment-calls.ts';
import type { Implementation } from './implementation.ts';

export function enrolmentHandlers(os: Implementation['enrolment'], access: EnrolmentAccess) {
  const enrol = (branch: Branch, { source, fingerprint }: { source: BranchFileSource; fingerprint: string | null }, until: AbortSignal) =>
    enrolBranch(branch, { text: textOf(source), confirmed: fingerprint }, access, until);
  return {
    state: os.state.handler(({ context }) => enrolmentState(context.branch.log.db)),
    read: os.read.handler(({ context, input }) => lookAtBranchFile(context.branch, access, textOf(input))),
    enrol: os.enrol.handler(({ context, input }) => enrol(context.branch, input, context.until)),
    readFirst: os.readFirst.handler(({ context, input }) => lookAtBranchFile(inFirstUse(context.line.branch), access, textOf(input))),
    enrolFirst: os.enrolFirst.handler(({ context, input }) => enrol(inFirstUse(context.line.branch), input, context.until)),
  };
}

function textOf(source: BranchFileSource): string {
  return 'text' in source ? source.text : readBranchFile(source.path);
}

/** What came of an enrolment. */
import { Trans } from '@lingui/react/macro';
import type { EnrolmentResult } from '../../contract/enrolment-calls.ts';
import { FailureNote } from '../shell/failure-note.tsx';
import classes from './enrolment.module.css';

export function EnrolledNote({ result: { state, unreached } }: { result: EnrolmentResult }) {
  if (state.state === 'none') return null;
  const { name, headOffice } = state;
  const { name: office } = headOffice;
  return (
    <>
      <p className={classes.good} role="status">
        {state.state === 'enrolled' ? (
          <Trans>
            This PC is the branch {name} of {office}.
          </Trans>
        ) : (
          <Trans>
            This PC is set up as the branch {name} of {office}. Head office hears of it as soon as there is a line, or by a USB stick.
          </Trans>
        )}
      </p>
      {unreached && <FailureNote failure={unreached} />}
    </>
  );
}

/** The first start with a branch file: the PC becomes the branch, then its IT gets the first account. */
import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { EnrolmentResult } from '../../contract/enrolment-calls.ts';
import door from '../people/door.module.css';
import { BranchFileForm } from './branch-file-form.tsx';
import { EnrolledNote } from './enrolled-note.tsx';
import classes from './enrolment.module.css';
import type { NamedPerson } from './waiting-people.tsx';

/** @param begin the form for the account of IT, with whom head office named for it */
export function FirstEnrolment({ begin }: { begin: (it: NamedPerson | null) => ReactNode }) {
  const [result, setResult] = useState<EnrolmentResult | null>(null);
  const people = result === null || result.state.state === 'none' ? [] : result.state.waiting;
  return (
    <>
      <About />
      {result === null ? (
        <BranchFileForm when="first start" enrolled={setResult} />
      ) : (
        <div className={classes.form}>
          <EnrolledNote result={result} />
          {begin(people.find(({ role }) => role === 'it') ?? null)}
        </div>
      )}
    </>
  );
}

function About() {
  return (
    <div>
      <p className={door.about}>
        <Trans>Head office issues a file for each new branch PC, or prints it as a QR code. It is good for one PC, once.</Trans>
      </p>
      <ol className={door.steps}>
        <li>
          <Trans>Give the file here. Nothing happens yet: you see for which branch it is.</Trans>
        </li>
        <li>
          <Trans>Compare the fingerprint with head office over the phone. So you know that the file is really theirs.</Trans>
        </li>
        <li>
          <Trans>Then make the account of IT. Others whom head office named stand ready under People.</Trans>
        </li>
      </ol>
      <p className={door.loss}>
        <Trans>Without a line it works as well: head office hears of this PC later.</Trans>
      </p>
    </div>
  );
}

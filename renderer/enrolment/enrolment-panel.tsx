/** What this PC is to head office, and the branch file that makes it so. For IT. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EnrolmentResult, EnrolmentState } from '../../contract/enrolment-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { BranchFileForm } from './branch-file-form.tsx';
import { EnrolledNote } from './enrolled-note.tsx';
import classes from './enrolment.module.css';
import { useEnrolment } from './enrolment-query.ts';

export function EnrolmentPanel() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const enrolment = useEnrolment();
  const [isOpen, setIsOpen] = useState(false);
  const [result, setResult] = useState<EnrolmentResult | null>(null);
  const { data } = enrolment;
  const needsFile = data?.state === 'none' || data?.state === 'copied';
  return (
    <Panel title={t`Enrolment`}>
      <div className={classes.form}>
        {enrolment.isError && <FailedQuestion error={enrolment.error} retry={() => void enrolment.refetch()} />}
        {result && <EnrolledNote result={result} />}
        {data && <Enrolled state={data} />}
        {data &&
          (needsFile || isOpen ? (
            <BranchFileForm
              when="at work"
              enrolled={(now) => {
                setResult(now);
                setIsOpen(false);
                void queries.invalidateQueries();
              }}
            />
          ) : (
            <div>
              <Button size="sm" variant="default" onClick={() => setIsOpen(true)}>
                <Trans>Enrol with another branch file</Trans>
              </Button>
            </div>
          ))}
      </div>
    </Panel>
  );
}

function Enrolled({ state }: { state: EnrolmentState }) {
  const { formats } = useLocale();
  if (state.state === 'none')
    return (
      <p className={classes.plain}>
        <Trans>Head office issues a branch file, or a QR code. It makes this PC one of its branches; deciding works without, too.</Trans>
      </p>
    );
  const { branch, name, headOffice, at, device } = state;
  return (
    <>
      {state.state === 'copied' && (
        <p className={classes.warning}>
          <Trans>
            This folder is a copy of one that was enrolled. A copy is another PC to head office: it needs a branch file of its own.
          </Trans>
        </p>
      )}
      <dl className={classes.facts}>
        <dt>
          <Trans>Branch</Trans>
        </dt>
        <dd>
          {name} ({branch})
        </dd>
        <dt>
          <Trans>Since</Trans>
        </dt>
        <dd>{formats.moment(at)}</dd>
        <dt>
          <Trans>Fingerprint of head office</Trans>
        </dt>
        <dd>{headOffice.fingerprint}</dd>
        <dt>
          <Trans>This PC's number</Trans>
        </dt>
        <dd>{device.slice(0, 16)}</dd>
      </dl>
    </>
  );
}

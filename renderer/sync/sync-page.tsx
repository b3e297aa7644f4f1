/** What head office has of this branch. Everybody sees it and may send now; how the line is used, sticks and enrolment are IT's. */
import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { EnrolmentPanel } from '../enrolment/enrolment-panel.tsx';
import { useMay } from '../people/session.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { useOfficeStatus } from '../shell/office-status.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { LinePanel } from './line-panel.tsx';
import { StatePanel } from './state-panel.tsx';
import { StickPanel } from './stick-panel.tsx';
import classes from './sync.module.css';
import { useSyncView } from './sync-query.ts';

export function SyncPage() {
  const { t } = useLingui();
  const mayManage = useMay('manage-sync');
  const view = useSyncView(useOfficeStatus());
  return (
    <div className={classes.page}>
      <PageTitle>{t`Head office`}</PageTitle>
      {view.isError && <FailedQuestion error={view.error} retry={() => void view.refetch()} />}
      {view.isPending && <Skeleton height={320} role="status" aria-label={t`Loading how far head office is`} />}
      {view.data && (
        <div className={classes.columns}>
          <StatePanel view={view.data} />
          <div className={classes.column}>
            <LinePanel view={view.data} mayManage={mayManage} />
            {mayManage && view.data.headOffice !== null && <StickPanel />}
            {mayManage && <EnrolmentPanel />}
          </div>
        </div>
      )}
    </div>
  );
}

/** For IT: the recovery key, a backup, and how one is restored. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Panel } from '../audit/panel.tsx';
import { useConnection } from '../connection/connection.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { BackUpPanel } from './back-up-panel.tsx';
import { HowToRestore } from './how-to-restore.tsx';
import classes from './keep.module.css';
import { RECOVERY_KEY_KEY } from './keep-query.ts';
import { KeySheet } from './key-sheet.tsx';
import { RecoveryKeyPanel } from './recovery-key-panel.tsx';

export function BackupPage() {
  const { t } = useLingui();
  const { service } = useConnection();
  const queries = useQueryClient();
  /** In this state alone, until it is written down: not in the cache, and not in the page's address. */
  const [shown, setShown] = useState<string | null>(null);
  const key = useQuery({
    queryKey: RECOVERY_KEY_KEY,
    queryFn: ({ signal }) => service.ask((client, options) => client.keep.recoveryKey(undefined, options), signal),
    staleTime: 0,
  });
  if (shown !== null)
    return (
      <KeySheet
        recoveryKey={shown}
        close={() => {
          setShown(null);
          void queries.invalidateQueries({ queryKey: RECOVERY_KEY_KEY });
        }}
      />
    );
  return (
    <div className={classes.page}>
      <PageTitle>{t`Backups`}</PageTitle>
      <p className={classes.about}>
        <Trans>
          A backup is one encrypted file with everything that this branch has: the log, applicants, accounts, models and policies. Only the
          recovery key opens it, on any PC.
        </Trans>
      </p>
      {key.isError && <FailedQuestion error={key.error} retry={() => void key.refetch()} />}
      {key.isPending && <Skeleton height={260} role="status" aria-label={t`Loading the state of the recovery key`} />}
      {key.data && (
        <>
          <RecoveryKeyPanel state={key.data.state} show={setShown} />
          <Panel title={t`Back up`}>
            <BackUpPanel state={key.data.state} />
          </Panel>
        </>
      )}
      <Panel title={t`How to restore`}>
        <HowToRestore />
      </Panel>
    </div>
  );
}

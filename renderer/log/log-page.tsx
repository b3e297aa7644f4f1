/** The tamper-evident log in short: how long it is, its root, and a check of every entry on request. */
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import classes from './log.module.css';
import { VerifyPanel } from './verify-panel.tsx';

export function LogPage() {
  const { t } = useLingui();
  const { service } = useConnection();
  const { formats } = useLocale();
  const status = useQuery({
    queryKey: ['office', 'status'],
    queryFn: ({ signal }) => service.ask((client, options) => client.office.status(undefined, options), signal),
    staleTime: 0,
  });
  return (
    <div className={classes.page}>
      <PageTitle>{t`Log`}</PageTitle>
      <p className={classes.about}>
        <Trans>
          Every decision is written here before it is shown, with its inputs, model and policy. Entries are chained by their hashes: none
          can be changed or taken out without the root below changing too.
        </Trans>
      </p>
      {status.isError && <FailedQuestion error={status.error} retry={() => void status.refetch()} />}
      {status.data && (
        <dl className={classes.facts}>
          <dt>
            <Trans>Entries</Trans>
          </dt>
          <dd>{formats.number(status.data.logSize)}</dd>
          <dt>
            <Trans>Not yet sent</Trans>
          </dt>
          <dd>{formats.number(status.data.unsent)}</dd>
          <dt>
            <Trans>Log of</Trans>
          </dt>
          <dd>
            <code>{status.data.origin}</code>
          </dd>
          <dt>
            <Trans>Root</Trans>
          </dt>
          <dd>
            <code>{status.data.root}</code>
          </dd>
        </dl>
      )}
      <VerifyPanel />
    </div>
  );
}

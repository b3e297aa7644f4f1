/** What each person did in a period. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ActivityRow } from '../../contract/audit.ts';
import { useConnection } from '../connection/connection.tsx';
import { DayInput } from '../decisions/filter-bar.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { activityCsv } from './activity-csv.ts';
import classes from './audit.module.css';
import { CopyBlock } from './copy-block.tsx';
import { tidyLogFilter } from './tidy-log-filter.ts';

export function ActivityTab() {
  const { t } = useLingui();
  const { formats } = useLocale();
  const { service } = useConnection();
  const [period, setPeriod] = useState<{ from?: string; to?: string }>({});
  const activity = useQuery({
    queryKey: ['audit', 'activity', period],
    queryFn: ({ signal }) => service.ask((client, options) => client.audit.activity(period, options), signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const set = (change: { from?: string | undefined; to?: string | undefined }) => {
    const { from, to } = tidyLogFilter({ ...period, ...change });
    setPeriod({ ...(from && { from }), ...(to && { to }) });
  };
  const [from, to] = [period.from && formats.day(period.from), period.to && formats.day(period.to)];
  return (
    <div className={classes.activity}>
      <div className={classes.filters} data-no-print>
        <DayInput label={t`From day`} value={period.from} onChange={(from) => set({ from })} />
        <DayInput label={t`To day`} value={period.to} onChange={(to) => set({ to })} />
        <Button variant="default" size="sm" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
          <Trans>Print</Trans>
        </Button>
      </div>
      <p className={classes.about}>
        {from || to ? (
          <Trans>
            From {from ?? '…'} to {to ?? '…'} (days in UTC), counted from the log by the PC's clock.
          </Trans>
        ) : (
          <Trans>Since the log began, counted from the log by the PC's clock.</Trans>
        )}
      </p>
      {activity.isError && <FailedQuestion error={activity.error} retry={() => void activity.refetch()} />}
      {activity.isPending && <Skeleton height={220} role="status" aria-label={t`Counting`} />}
      {activity.data && <ActivityTable rows={activity.data} />}
      {activity.data && (
        <details className={classes.asTable} data-no-print>
          <summary>
            <Trans>As CSV</Trans>
          </summary>
          <CopyBlock label={t`As CSV`} text={activityCsv(activity.data)} />
        </details>
      )}
    </div>
  );
}

function useColumns(): { name: string; show: (row: ActivityRow) => number }[] {
  const { t } = useLingui();
  return [
    { name: t`Sign-ins`, show: (row) => row.signIns },
    { name: t`Failed sign-ins`, show: (row) => row.failedSignIns },
    { name: t`Decisions`, show: (row) => row.decisions },
    { name: t`Approved`, show: (row) => row.approved },
    { name: t`Referred`, show: (row) => row.referred },
    { name: t`Declined`, show: (row) => row.declined },
    { name: t`Reviews`, show: (row) => row.reviews },
    { name: t`Overrides low-side`, show: (row) => row.overridesLowSide },
    { name: t`Overrides high-side`, show: (row) => row.overridesHighSide },
    { name: t`Exports`, show: (row) => row.exports },
  ];
}

function ActivityTable({ rows }: { rows: ActivityRow[] }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const columns = useColumns();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1).
    <section className={classes.activityTable} tabIndex={0} aria-label={t`Activity of each person`}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <Trans>Person</Trans>
            </th>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <Trans>First entry</Trans>
            </th>
            <th scope="col">
              <Trans>Last entry</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.account}>
              <th scope="row">
                {row.name ?? <Trans>no account</Trans>} <small>{row.account}</small>
              </th>
              {columns.map(({ name, show }) => (
                <td key={name} data-none={show(row) === 0 || undefined}>
                  {formats.number(show(row))}
                </td>
              ))}
              <td data-time>{row.first ? formats.moment(row.first) : '–'}</td>
              <td data-time>{row.last ? formats.moment(row.last) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The log as timeline and table, filtered. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { LogFilter } from '../../contract/audit.ts';
import { useConnection } from '../connection/connection.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { useOfficeStatus } from '../shell/office-status.ts';
import classes from './audit.module.css';
import { useRoom } from './audit-room.tsx';
import { ListedRange } from './listed-range.tsx';
import { LogFilterBar } from './log-filter-bar.tsx';
import { LogGrid, MOST_ROWS } from './log-grid.tsx';
import { useLogPages } from './log-pages.ts';
import { TimelineChart } from './timeline-chart.tsx';

const BARS = 120;

export function EntriesTab() {
  const { t } = useLingui();
  const { size, setSize } = useRoom();
  const now = useOfficeStatus()?.logSize ?? null;
  useEffect(() => {
    if (size === null && now !== null) setSize(now);
  }, [size, now, setSize]);
  if (size !== null) return <Listed size={size} grownTo={now ?? size} />;
  return <Skeleton height={420} role="status" aria-label={t`Loading the log`} />;
}

function Listed({ size, grownTo }: { size: number; grownTo: number }) {
  const { filter, setFilter, setSize } = useRoom();
  const { total, error, retry } = useLogPages(filter, size, 0, 0);
  return (
    <div className={classes.entries}>
      <Timeline filter={filter} size={size} narrow={(days) => setFilter({ ...filter, ...days })} />
      <LogFilterBar filter={filter} setFilter={setFilter} size={size}>
        <div className={classes.listHead}>
          <span role="status">
            {total !== null && <Plural value={total} one="# entry" other="# entries" />}
            {total !== null && total > MOST_ROWS && (
              <>
                {' '}
                <Trans>(the newest million are listed; narrow the days to see older ones)</Trans>
              </>
            )}
          </span>
          {grownTo > size && (
            <Button size="compact-sm" variant="light" onClick={() => setSize(grownTo)}>
              <Plural value={grownTo - size} one="Show # newer entry" other="Show # newer entries" />
            </Button>
          )}
          {total !== null && total > 0 && <ListedRange filter={filter} size={size} total={total} />}
        </div>
      </LogFilterBar>
      {error && <FailedQuestion error={error} retry={retry} />}
      {!error && total === 0 && <Nothing clear={() => setFilter({})} />}
      {!error && total !== null && total > 0 && <LogGrid key={JSON.stringify([filter, size])} filter={filter} size={size} total={total} />}
    </div>
  );
}

interface TimelineProps {
  filter: LogFilter;
  size: number;
  narrow: (days: { from: string; to: string }) => void;
}

function Timeline({ filter, size, narrow }: TimelineProps) {
  const { t } = useLingui();
  const { service } = useConnection();
  const timeline = useQuery({
    queryKey: ['audit', 'timeline', filter, size],
    queryFn: ({ signal }) => service.ask((client, options) => client.audit.timeline({ filter, bars: BARS, upTo: size }, options), signal),
    // While the next one is counted the one before stays: a page that jumps is harder to read.
    placeholderData: keepPreviousData,
  });
  if (timeline.isError) return <FailedQuestion error={timeline.error} retry={() => void timeline.refetch()} />;
  if (!timeline.data) return <Skeleton height={106} role="status" aria-label={t`Counting entries over time`} />;
  return timeline.data.length > 0 ? <TimelineChart bars={timeline.data} narrow={narrow} /> : null;
}

function Nothing({ clear }: { clear: () => void }) {
  return (
    <div className={classes.nothing}>
      <IconInbox size={36} stroke={1.4} aria-hidden />
      <p>
        <Trans>No entry matches these filters.</Trans>
      </p>
      <Button variant="default" size="sm" onClick={clear}>
        <Trans>Show all entries</Trans>
      </Button>
    </div>
  );
}

/** All decisions of this branch, newest first. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { DecisionGrid } from './decision-grid.tsx';
import { useDecisionPages } from './decision-pages.ts';
import classes from './decisions.module.css';
import { FilterBar } from './filter-bar.tsx';
import { useFilter } from './filter-memory.tsx';

export function DecisionsPage() {
  const { t } = useLingui();
  const [filter, setFilter] = useFilter();
  const { total, error, retry } = useDecisionPages(filter, 0, 0);
  const count = total ?? 0;
  return (
    <div className={classes.page}>
      <PageTitle
        aside={
          <span className={classes.count} role="status">
            {total !== null && <Plural value={count} one="# decision" other="# decisions" />}
          </span>
        }
      >{t`Decisions`}</PageTitle>
      <FilterBar filter={filter} setFilter={setFilter} />
      {error && <FailedQuestion error={error} retry={retry} />}
      {!error && total === 0 && <Nothing filtered={Object.keys(filter).length > 0} clear={() => setFilter({})} />}
      {!error && total !== null && total > 0 && <DecisionGrid key={JSON.stringify(filter)} filter={filter} total={total} />}
    </div>
  );
}

function Nothing({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  return (
    <div className={classes.nothing}>
      <IconInbox size={36} stroke={1.4} aria-hidden />
      {filtered ? (
        <>
          <p>
            <Trans>No decision matches these filters.</Trans>
          </p>
          <Button variant="default" size="sm" onClick={clear}>
            <Trans>Show all decisions</Trans>
          </Button>
        </>
      ) : (
        <>
          <p>
            <Trans>Nothing has been decided on this PC yet.</Trans>
          </p>
          <Button size="sm" renderRoot={(props) => <Link to="/" {...props} />}>
            <Trans>New application</Trans>
          </Button>
        </>
      )}
    </div>
  );
}

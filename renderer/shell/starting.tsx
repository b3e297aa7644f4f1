/** While there is nothing to show yet. */
import { Trans } from '@lingui/react/macro';
import { Loader } from '@mantine/core';
import classes from './gate.module.css';

export function Starting() {
  return (
    <main className={classes.page}>
      <div className={classes.waiting} role="status">
        <Loader size="sm" />
        <span>
          <Trans>Outpost is starting…</Trans>
        </span>
      </div>
    </main>
  );
}

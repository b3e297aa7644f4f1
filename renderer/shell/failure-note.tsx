/** A failure in three plain parts: what happened, what is safe, what to do next. */
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Failed, type Failure } from '../../contract/failure.ts';
import { SERVICE_UNAVAILABLE } from '../connection/failed-call.ts';
import classes from './failure-note.module.css';
import { useFailureText } from './failure-text.ts';

/** @param level of the heading; the text of a page of its own is its h1 */
export function FailureNote({ failure, level = 2, children }: { failure: Failure; level?: 1 | 2; children?: ReactNode }) {
  const { happened, safe, next } = useFailureText(failure);
  const Heading = `h${level}` as const;
  return (
    <div className={classes.note} role="alert">
      <IconAlertTriangle size={22} aria-hidden className={classes.icon} />
      <div>
        <Heading className={classes.happened}>{happened}</Heading>
        <dl className={classes.rest}>
          <dt>
            <Trans>What is safe</Trans>
          </dt>
          <dd>{safe}</dd>
          <dt>
            <Trans>What to do next</Trans>
          </dt>
          <dd>{next}</dd>
        </dl>
        {children}
      </div>
    </div>
  );
}

/** A failed question with the way to ask it again. */
export function FailedQuestion({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <FailureNote failure={failureOf(error)}>
      <Button size="xs" variant="default" mt={10} onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </FailureNote>
  );
}

/** The failure that an error of a call carries; anything else is a service that broke off. */
export function failureOf(error: unknown): Failure {
  return error instanceof Failed ? error.failure : SERVICE_UNAVAILABLE;
}

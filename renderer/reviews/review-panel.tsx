/** What people made of a decision, and the form for somebody who may say so. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconUserCheck, IconUserExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DecisionView } from '../../contract/ipc.ts';
import type { Review } from '../../contract/review.ts';
import { useConnection } from '../connection/connection.tsx';
import { OutcomeMark } from '../decision/outcome.tsx';
import { useAtWork, useMay } from '../people/session.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { ReviewForm } from './review-form.tsx';
import { ReviewLine } from './review-line.tsx';
import { reviewsKey } from './review-query.ts';
import classes from './reviews.module.css';

export function ReviewPanel({ view }: { view: DecisionView }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const reviews = useQuery({
    queryKey: reviewsKey(view.seq),
    queryFn: ({ signal }) => service.ask((client, options) => client.reviews.list({ of: view.seq }, options), signal),
  });
  return (
    <section
      className={classes.panel}
      aria-label={t`Review by a person`}
      data-waits={isWaiting(view, reviews.data) || undefined}
      data-quiet={isQuiet(view, reviews.data) || undefined}
    >
      <h2>
        <IconUserCheck size={18} stroke={1.7} aria-hidden /> <Trans>Review by a person</Trans>
      </h2>
      {reviews.isError && <FailedQuestion error={reviews.error} retry={() => void reviews.refetch()} />}
      {reviews.data && <Reviews view={view} reviews={reviews.data} />}
    </section>
  );
}

function isWaiting(view: DecisionView, reviews: Review[] | undefined): boolean {
  return reviews?.length === 0 && view.decision.outcome === 'refer';
}

/** Nothing is asked of anybody: one line says so. */
function isQuiet(view: DecisionView, reviews: Review[] | undefined): boolean {
  return reviews?.length === 0 && view.decision.outcome !== 'refer';
}

function Reviews({ view, reviews }: { view: DecisionView; reviews: Review[] }) {
  const [isOpen, setOpen] = useState(false);
  const { present } = useAtWork();
  const mayReview = useMay('review');
  const isOwn = view.actor === present.account;
  const holds = reviews.at(-1)?.outcome ?? view.decision.outcome;
  return (
    <>
      {reviews.length > 0 && (
        <p className={classes.holds}>
          <Trans>What holds now:</Trans> <OutcomeMark outcome={holds} />
        </p>
      )}
      {reviews.length > 0 && (
        <ol className={classes.list}>
          {reviews.map((review) => (
            <ReviewLine key={review.seq} of={review} />
          ))}
        </ol>
      )}
      {isWaiting(view, reviews) && (
        <p className={classes.waits}>
          <IconUserExclamation size={18} stroke={1.7} aria-hidden />
          <Trans>Nobody has reviewed it yet: until then nothing is decided for this applicant.</Trans>
        </p>
      )}
      {reviews.length === 0 && view.decision.outcome !== 'refer' && (
        <p className={classes.none}>
          <Trans>Nobody has reviewed it. The applicant may ask for that.</Trans>
        </p>
      )}
      {isOwn && (mayReview || isWaiting(view, reviews)) && (
        <p className={classes.none}>
          <Trans>You entered this application yourself, so another person must review it.</Trans>
        </p>
      )}
      {!isOwn && !mayReview && isWaiting(view, reviews) && (
        <p className={classes.none}>
          <Trans>A supervisor can review it here.</Trans>
        </p>
      )}
      {!isOwn && mayReview && !isOpen && (
        <Button size="sm" variant={reviews.length === 0 ? 'filled' : 'default'} onClick={() => setOpen(true)} data-no-print>
          {reviews.length === 0 ? <Trans>Review this decision</Trans> : <Trans>Review it again</Trans>}
        </Button>
      )}
      {isOpen && <ReviewForm of={view.seq} holds={holds} close={() => setOpen(false)} />}
    </>
  );
}

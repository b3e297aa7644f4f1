/** What an applicant takes away: the decision in plain words, without a score, and the proof that it stands in the log. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConnection } from '../connection/connection.tsx';
import { decisionKey } from '../decision/decision-query.ts';
import { reviewsKey } from '../reviews/review-query.ts';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useProducts } from '../shell/products.ts';
import classes from './receipt.module.css';
import { ReceiptSheet } from './receipt-sheet.tsx';

export function ReceiptPage({ seq }: { seq: number }) {
  const { t } = useLingui();
  const parts = useReceiptParts(Number.isSafeInteger(seq) && seq >= 0 ? seq : 0);
  const products = useProducts();
  const { view, reviews, receipt, status } = parts;
  const failed = Object.values(parts).find((part) => part.isError);
  return (
    <>
      <div data-no-print>
        <PageTitle
          aside={
            <span className={classes.actions}>
              <Button
                variant="default"
                size="sm"
                leftSection={<IconArrowLeft size={16} aria-hidden />}
                renderRoot={(props) => <Link to="/decisions/$seq" params={{ seq: String(seq) }} {...props} />}
              >
                <Trans>Back to the decision</Trans>
              </Button>
              <Button size="sm" disabled={!receipt.data} leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
                <Trans>Print</Trans>
              </Button>
            </span>
          }
        >{t`Receipt`}</PageTitle>
        <p className={classes.about}>
          <Trans>
            For the applicant. It names no score. With it anybody can show later that this very decision stood in the log on this day; if
            the log is ever rewritten or cut, the receipt exposes it.
          </Trans>
        </p>
      </div>
      {failed?.error && <FailedQuestion error={failed.error} retry={() => void failed.refetch()} />}
      {!failed && view.data && reviews.data && receipt.data && status.data && !products.isPending ? (
        <ReceiptSheet
          view={view.data}
          review={reviews.data.at(-1) ?? null}
          receipt={receipt.data}
          office={status.data}
          definition={products.data?.find((product) => product.definition.product === view.data.product.name)?.definition ?? null}
        />
      ) : (
        !failed && <Skeleton height={420} role="status" aria-label={t`Making the receipt`} />
      )}
    </>
  );
}

function useReceiptParts(seq: number) {
  const { service } = useConnection();
  const view = useQuery({
    queryKey: decisionKey(seq),
    queryFn: ({ signal }) => service.ask((client, options) => client.decisions.get({ seq }, options), signal),
    staleTime: 'static',
  });
  const reviews = useQuery({
    queryKey: reviewsKey(seq),
    queryFn: ({ signal }) => service.ask((client, options) => client.reviews.list({ of: seq }, options), signal),
  });
  const receipt = useQuery({
    queryKey: ['receipt', seq],
    queryFn: ({ signal }) => service.ask((client, options) => client.receipts.get({ seq }, options), signal),
    // What is on paper must not change under the eyes of who prints it.
    staleTime: 'static',
    gcTime: 0,
  });
  const status = useQuery({
    queryKey: ['office', 'status'],
    queryFn: ({ signal }) => service.ask((client, options) => client.office.status(undefined, options), signal),
  });
  return { view, reviews, receipt, status };
}

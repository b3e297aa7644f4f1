/** Referred decisions that wait for a person: who waits longest first. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton, Table } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DecisionView } from '../../contract/ipc.ts';
import { useConnection } from '../connection/connection.tsx';
import { decisionKey } from '../decision/decision-query.ts';
import { useLocale } from '../language/locale.tsx';
import { useAtWork } from '../people/session.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useProducts } from '../shell/products.ts';
import { WAITING_KEY } from './review-query.ts';
import classes from './reviews.module.css';

/** Each is read with its proof, so they are shown a few at a time. */
const ROWS = 20;

export function ReviewsPage() {
  const { t } = useLingui();
  const { service } = useConnection();
  const waiting = useQuery({
    queryKey: WAITING_KEY,
    queryFn: ({ signal }) => service.ask((client, options) => client.reviews.waiting(undefined, options), signal),
    staleTime: 0,
  });
  const total = waiting.data?.total ?? 0;
  return (
    <div className={classes.queue}>
      <PageTitle aside={<span role="status">{waiting.data && <Plural value={total} one="# waits" other="# wait" />}</span>}>
        {t`Reviews`}
      </PageTitle>
      <p className={classes.about}>
        <Trans>
          The machine left these to a person, and nobody has decided them yet. Whoever waits longest stands first. What you entered
          yourself, somebody else must review.
        </Trans>
      </p>
      {waiting.isError && <FailedQuestion error={waiting.error} retry={() => void waiting.refetch()} />}
      {waiting.isPending && <Skeleton height={220} role="status" aria-label={t`Loading what waits`} />}
      {waiting.data && (total === 0 ? <NothingWaits /> : <Queue seqs={waiting.data.seqs} />)}
    </div>
  );
}

function NothingWaits() {
  return (
    <div className={classes.nothing}>
      <IconCircleCheck size={36} stroke={1.4} aria-hidden />
      <p>
        <Trans>Nothing waits for a review.</Trans>
      </p>
    </div>
  );
}

function Queue({ seqs }: { seqs: number[] }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const [shown, setShown] = useState(ROWS);
  const views = useQueries({
    queries: seqs.slice(0, shown).map((seq) => ({
      queryKey: decisionKey(seq),
      queryFn: ({ signal }: { signal: AbortSignal }) => service.ask((client, options) => client.decisions.get({ seq }, options), signal),
      staleTime: 'static' as const,
    })),
  });
  return (
    <>
      <div className={classes.table}>
        <Table aria-label={t`Decisions that wait for a review`} verticalSpacing={8} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Trans>Entry</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Time</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Applicant</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Amount</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Entered by</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Why a person must look</Trans>
              </Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{views.map(({ data }) => data && <WaitingRow key={data.seq} view={data} />)}</Table.Tbody>
        </Table>
      </div>
      {seqs.length > shown && (
        <Button variant="default" size="sm" onClick={() => setShown((count) => count + ROWS)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}

function WaitingRow({ view }: { view: DecisionView }) {
  const { t } = useLingui();
  const { formats, text } = useLocale();
  const { present } = useAtWork();
  const products = useProducts();
  const { seq, wall, actor, decision } = view;
  const definition = products.data?.find((product) => product.definition.product === view.product.name)?.definition ?? null;
  const name = definition?.fields.find((field) => field.use === 'identifying' && field.type === 'text');
  const who = (name && view.identity?.[name.id]) ?? '–';
  const why = decision.reasons.find(({ source }) => source !== 'model');
  const { amount } = decision.affordability;
  return (
    <Table.Tr>
      <Table.Td>{seq}</Table.Td>
      <Table.Td>{formats.moment(wall)}</Table.Td>
      <Table.Td>{who}</Table.Td>
      <Table.Td>{amount === null ? '–' : formats.number(amount)}</Table.Td>
      <Table.Td>{actor}</Table.Td>
      <Table.Td>{why ? text(why.text) : <Trans>The score lies in the refer band.</Trans>}</Table.Td>
      <Table.Td>
        {actor === present.account ? (
          <Trans>your own</Trans>
        ) : (
          <Button
            size="compact-sm"
            renderRoot={(props) => (
              <Link to="/decisions/$seq" params={{ seq: String(seq) }} aria-label={t`Review entry ${seq}`} {...props} />
            )}
          >
            <Trans>Review</Trans>
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

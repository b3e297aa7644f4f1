/** One stored decision, fresh or old: read back from the log. */
import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useProducts } from '../shell/products.ts';
import { decisionKey } from './decision-query.ts';
import { DecisionReport } from './decision-report.tsx';

/** @param seq the entry's number; anything else than one is told as an entry that is not there */
export function DecisionPage({ seq }: { seq: number }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const asked = Number.isSafeInteger(seq) && seq >= 0 ? seq : 0;
  const view = useQuery({
    queryKey: decisionKey(asked),
    queryFn: ({ signal }) => service.ask((client, options) => client.decisions.get({ seq: asked }, options), signal),
    staleTime: 'static',
  });
  const products = useProducts();

  if (view.data && !products.isPending) {
    const definition = products.data?.find((product) => product.definition.product === view.data.product.name)?.definition ?? null;
    return <DecisionReport view={view.data} definition={definition} />;
  }
  return (
    <>
      <PageTitle>{t`Decision`}</PageTitle>
      {view.isError ? (
        <FailedQuestion error={view.error} retry={() => void view.refetch()} />
      ) : (
        <Skeleton height={420} role="status" aria-label={t`Loading the decision`} />
      )}
    </>
  );
}

/** A decision as the officer saw it: inputs, rules, contributions, versions. */
import { useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.tsx';
import { decisionKey } from '../decision/decision-query.ts';
import { DecisionBody } from '../decision/decision-report.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { useProducts } from '../shell/products.ts';

export function DecidedEntry({ seq }: { seq: number }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const products = useProducts();
  const view = useQuery({
    queryKey: decisionKey(seq),
    queryFn: ({ signal }) => service.ask((client, options) => client.decisions.get({ seq }, options), signal),
    staleTime: 'static',
  });
  if (view.isError) return <FailedQuestion error={view.error} retry={() => void view.refetch()} />;
  if (!view.data || products.isPending) return <Skeleton height={320} role="status" aria-label={t`Loading the decision`} />;
  const definition = products.data?.find((product) => product.definition.product === view.data.product.name)?.definition ?? null;
  return <DecisionBody view={view.data} definition={definition} />;
}

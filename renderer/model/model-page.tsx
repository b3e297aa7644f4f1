/** Instructions for use (EU AI Act, Art. 13): the active model's card, per product. */
import { Trans, useLingui } from '@lingui/react/macro';
import { SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useProducts } from '../shell/products.ts';
import { Markdown } from './markdown.tsx';
import classes from './model.module.css';

export function ModelPage() {
  const { t } = useLingui();
  const { text } = useLocale();
  const products = useProducts();
  const [chosen, setChosen] = useState<string | null>(null);
  const product = chosen ?? products.data?.[0]?.definition.product;
  return (
    <div className={classes.page}>
      <PageTitle
        aside={
          products.data &&
          products.data.length > 1 &&
          product && (
            <SegmentedControl
              aria-label={t`Product`}
              data={products.data.map(({ definition }) => ({ value: definition.product, label: text(definition.title) }))}
              value={product}
              onChange={setChosen}
            />
          )
        }
      >{t`Model`}</PageTitle>
      {products.isError && <FailedQuestion error={products.error} retry={() => void products.refetch()} />}
      {product && <Card key={product} product={product} />}
    </div>
  );
}

function Card({ product }: { product: string }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const card = useQuery({
    queryKey: ['model-card', product],
    queryFn: ({ signal }) => service.ask((client, options) => client.products.modelCard({ product }, options), signal),
  });
  const { locale } = useLocale();
  if (card.isPending) return <Skeleton height={420} role="status" aria-label={t`Loading the model card`} />;
  if (card.isError) return <FailedQuestion error={card.error} retry={() => void card.refetch()} />;
  return (
    <>
      {!locale.startsWith('en') && (
        <p className={classes.note}>
          <Trans>The model card is the work of the model's owner and is shown in the language in which it was written.</Trans>
        </p>
      )}
      <article className={classes.card} lang="en">
        <Markdown source={card.data.markdown} />
      </article>
    </>
  );
}

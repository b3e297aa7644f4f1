/** Choice of product, and its form with the draft that was kept. */
import { Trans, useLingui } from '@lingui/react/macro';
import { SegmentedControl, Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { Draft } from '../../contract/application.ts';
import type { ProductView } from '../../contract/ipc.ts';
import { type ServiceLine, useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ApplicationForm } from './application-form.tsx';
import classes from './form.module.css';

/** More products than this are chosen from a list instead of a row of buttons. */
const BUTTONS_AT_MOST = 4;

export interface Beginnings {
  products: ProductView[];
  /** The draft of each product that has one. */
  drafts: Map<string, Draft>;
}

/** Products and drafts together: the form must not be shown empty and filled a moment later over what is being typed. */
async function askForBeginnings(service: ServiceLine, signal: AbortSignal): Promise<Beginnings> {
  const products = await service.ask((client, options) => client.products.list(undefined, options), signal);
  const drafts = await Promise.all(
    products.map(({ definition }) => service.ask((client, options) => client.drafts.get({ product: definition.product }, options), signal)),
  );
  return { products, drafts: new Map(drafts.flatMap((draft) => (draft ? [[draft.product, draft]] : []))) };
}

export function NewApplicationPage() {
  const { t } = useLingui();
  const { service } = useConnection();
  const [visit] = useState(() => crypto.randomUUID());
  const beginnings = useQuery({
    // Once per visit: asking again while somebody types would bring an older draft over the newer typing.
    queryKey: ['beginnings', visit],
    queryFn: ({ signal }) => askForBeginnings(service, signal),
    staleTime: 'static',
    gcTime: 0,
  });

  return (
    <>
      {beginnings.isPending && (
        <>
          <PageTitle>{t`New application`}</PageTitle>
          <Skeleton height={420} role="status" aria-label={t`Loading the form`} />
        </>
      )}
      {beginnings.isError && (
        <>
          <PageTitle>{t`New application`}</PageTitle>
          <FailedQuestion error={beginnings.error} retry={() => void beginnings.refetch()} />
        </>
      )}
      {beginnings.data && <Beginning of={beginnings.data} />}
    </>
  );
}

function newestDraft(drafts: Map<string, Draft>): Draft | undefined {
  return [...drafts.values()].sort((a, b) => b.changedAt - a.changedAt)[0];
}

function Beginning({ of: { products, drafts } }: { of: Beginnings }) {
  const { t } = useLingui();
  const [chosen, setChosen] = useState(newestDraft(drafts)?.product ?? products[0]?.definition.product);
  /** Counts the applications begun on this visit: after 'Clear' the same product's form starts anew. */
  const [round, setRound] = useState(0);
  /** Not state: it changes at every key and is read only when another form is shown. */
  const [known] = useState(() => new Map(drafts));
  const remember = useCallback((draft: Draft) => void known.set(draft.product, draft), [known]);
  const product = products.find(({ definition }) => definition.product === chosen);

  if (!product) {
    return (
      <>
        <PageTitle>{t`New application`}</PageTitle>
        <p>
          <Trans>No product is installed on this PC yet. Head office sends products; your IT support can also install them.</Trans>
        </p>
      </>
    );
  }
  const { product: name } = product.definition;
  return (
    <>
      <PageTitle aside={<ProductPicker products={products} chosen={name} choose={setChosen} />}>{t`New application`}</PageTitle>
      <ApplicationForm
        key={`${name} ${round}`}
        product={product}
        draft={known.get(name) ?? null}
        remember={remember}
        clear={() => {
          known.delete(name);
          setRound((count) => count + 1);
        }}
      />
    </>
  );
}

function ProductPicker(props: { products: ProductView[]; chosen: string; choose: (product: string) => void }) {
  const { t } = useLingui();
  const { text } = useLocale();
  const data = props.products.map(({ definition }) => ({ value: definition.product, label: text(definition.title) }));
  if (data.length > BUTTONS_AT_MOST) {
    return (
      <Select
        aria-label={t`Product`}
        data={data}
        value={props.chosen}
        onChange={(value) => value && props.choose(value)}
        allowDeselect={false}
        searchable
      />
    );
  }
  return (
    <SegmentedControl
      aria-label={t`Product`}
      className={classes.products ?? ''}
      data={data}
      value={props.chosen}
      onChange={props.choose}
      withItemsBorders={false}
    />
  );
}

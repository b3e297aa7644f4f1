/** One applicant: what an erasure would take and leave, and the erasure itself. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ErasurePreview } from '../../contract/audit.ts';
import type { DecisionView } from '../../contract/ipc.ts';
import { Panel } from '../audit/panel.tsx';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useProducts } from '../shell/products.ts';
import { EraseForm } from './erase-form.tsx';
import { Erasure } from './erasure-preview.tsx';
import { ErasureRefusal } from './erasure-refusal.tsx';
import { ErasureResult } from './erasure-result.tsx';
import classes from './keep.module.css';
import { subjectKey } from './keep-query.ts';
import { SameName } from './same-name.tsx';
import { useErase } from './use-erase.ts';

/** @param seq the decision's number; anything else than one is told as an entry that is not there */
export function ErasurePage({ seq }: { seq: number }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const asked = Number.isSafeInteger(seq) && seq >= 0 ? seq : 0;
  const subject = useQuery({
    queryKey: subjectKey(asked),
    queryFn: ({ signal }) =>
      service.ask(async (client, options) => {
        const view = await client.decisions.get({ seq: asked }, options);
        return { view, preview: await client.keep.previewErasure({ application: view.applicationId }, options) };
      }, signal),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <div className={classes.page}>
      <PageTitle
        aside={
          <Button
            variant="default"
            size="sm"
            leftSection={<IconArrowLeft size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/privacy" {...props} />}
          >
            <Trans>Back to privacy</Trans>
          </Button>
        }
      >{t`Erase an applicant`}</PageTitle>
      {subject.isError && <FailedQuestion error={subject.error} retry={() => void subject.refetch()} />}
      {subject.isPending && <Skeleton height={360} role="status" aria-label={t`Looking at what would go`} />}
      {subject.data && <Subject {...subject.data} />}
    </div>
  );
}

function Subject({ view, preview }: { view: DecisionView; preview: ErasurePreview }) {
  const { t } = useLingui();
  const products = useProducts();
  const erase = useErase(view.seq);
  const definition = products.data?.find((product) => product.definition.product === view.product.name)?.definition ?? null;
  const field = definition?.fields.find((one) => one.use === 'identifying' && one.type === 'text');
  const name = (field && view.identity?.[field.id]) ?? null;
  if (erase.isSuccess) return <ErasureResult erased={erase.data} of={view.seq} />;
  return (
    <>
      <Panel title={t`Whom it is about`}>
        <Whom view={view} name={name} />
        {name !== null && <SameName name={name} seq={view.seq} />}
      </Panel>
      {!preview.alreadyErased && preview.refusal && (
        <ErasureRefusal refusal={preview.refusal} application={preview.application} erase={erase} />
      )}
      <Erasure preview={preview} definition={definition} />
      {!preview.alreadyErased && !preview.refusal && <EraseForm preview={preview} name={name} seq={view.seq} erase={erase} />}
    </>
  );
}

function Whom({ view, name }: { view: DecisionView; name: string | null }) {
  const { formats, text } = useLocale();
  const products = useProducts();
  const title = products.data?.find((product) => product.definition.product === view.product.name)?.definition.title;
  const { seq, wall } = view;
  return (
    <dl className={classes.facts}>
      <dt>
        <Trans>Applicant</Trans>
      </dt>
      <dd>
        <strong>{name ?? <Trans>nobody is named</Trans>}</strong>
      </dd>
      <dt>
        <Trans>Decision</Trans>
      </dt>
      <dd>
        <Link to="/decisions/$seq" params={{ seq: String(seq) }}>
          <Trans>Entry {seq}</Trans>
        </Link>
        , {formats.moment(wall)}
      </dd>
      <dt>
        <Trans>Product</Trans>
      </dt>
      <dd>{title ? text(title) : view.product.name}</dd>
    </dl>
  );
}

/** One entry of the log with everything that led to it, and what proves its place. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { EntryView } from '../../contract/audit.ts';
import { useConnection } from '../connection/connection.tsx';
import { useMay } from '../people/session.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import classes from './audit.module.css';
import { DecidedEntry } from './decided-entry.tsx';
import { EntryFacts } from './entry-facts.tsx';
import { EntryFields, fieldsOf } from './entry-fields.tsx';
import { ExportPanel } from './export-panel.tsx';
import { HoldForm } from './hold-form.tsx';
import { Panel } from './panel.tsx';
import { ProofPanel } from './proof-panel.tsx';
import { RelatedEntries } from './related-entries.tsx';
import { ReplayPanel } from './replay-panel.tsx';

/** @param seq the entry's number; anything else than one is told as an entry that is not there */
export function EntryPage({ seq }: { seq: number }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const asked = Number.isSafeInteger(seq) && seq >= 0 ? seq : Number.MAX_SAFE_INTEGER;
  const entry = useQuery({
    queryKey: ['audit', 'entry', asked],
    queryFn: ({ signal }) => service.ask((client, options) => client.audit.entry({ seq: asked }, options), signal),
  });
  return (
    <article className={classes.entry}>
      <PageTitle
        aside={
          <span className={classes.actions} data-no-print>
            <Button variant="default" size="sm" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
              <Trans>Print</Trans>
            </Button>
            <Button
              variant="default"
              size="sm"
              leftSection={<IconArrowLeft size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/audit" {...props} />}
            >
              <Trans>Back to the log</Trans>
            </Button>
          </span>
        }
      >{t`Entry ${seq}`}</PageTitle>
      {entry.isError && <FailedQuestion error={entry.error} retry={() => void entry.refetch()} />}
      {entry.isPending && <Skeleton height={420} role="status" aria-label={t`Loading the entry`} />}
      {entry.data && <Entry view={entry.data} />}
    </article>
  );
}

function Entry({ view }: { view: EntryView }) {
  const { t } = useLingui();
  const mayExport = useMay('export-evidence');
  const mayHold = useMay('set-hold');
  const { seq, type } = view;
  const fields = fieldsOf(view.bytes);
  const { application } = fields;
  const range = { from: seq, to: seq };
  return (
    <>
      <EntryFacts view={view} />
      {type === 'decision' ? (
        <DecidedEntry seq={seq} />
      ) : (
        <Panel title={t`What it says`}>
          <EntryFields fields={fields} />
        </Panel>
      )}
      {(view.related.length > 0 || application !== undefined) && (
        <Panel title={t`About the same application`}>
          <RelatedEntries rows={view.related} />
        </Panel>
      )}
      <ProofPanel view={view} />
      <div className={classes.evidence} data-no-print>
        {type === 'decision' && (
          <Panel title={t`Does it come out again?`}>
            <ReplayPanel range={range} one />
          </Panel>
        )}
        {mayHold && type === 'decision' && typeof application === 'string' && (
          <Panel title={t`Legal hold`}>
            <HoldForm application={application} />
          </Panel>
        )}
        {mayExport && (
          <Panel title={t`Take evidence away`}>
            <ExportPanel range={range} />
          </Panel>
        )}
      </div>
    </>
  );
}

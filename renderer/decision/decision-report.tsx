/** A decision with everything that led to it, in the order in which an officer needs it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconPlus, IconPrinter, IconReceipt, IconUserOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DecisionView } from '../../contract/ipc.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import { useMay } from '../people/session.tsx';
import { ReviewPanel } from '../reviews/review-panel.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { AffordabilityTable } from './affordability-table.tsx';
import { InputsTable } from './inputs-table.tsx';
import { OfficerNote } from './officer-note.tsx';
import { PolicyTrace } from './policy-trace.tsx';
import { Doubts, Reasons } from './reasons.tsx';
import classes from './report.module.css';
import { ScoreScale } from './score-scale.tsx';
import { StoredNote } from './stored-note.tsx';
import { Verdict } from './verdict.tsx';
import { WaterfallChart } from './waterfall-chart.tsx';

/** @param definition the product as it is now; null when it is no longer on this PC: fields are named by their ids then */
export function DecisionReport({ view, definition }: { view: DecisionView; definition: ProductDefinition | null }) {
  const { t } = useLingui();
  const mayDecide = useMay('decide');
  const mayErase = useMay('erase-subject');
  return (
    <article className={classes.report}>
      <PageTitle
        aside={
          <span className={classes.actions} data-no-print>
            <Button variant="default" size="sm" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
              <Trans>Print</Trans>
            </Button>
            <Button
              variant="default"
              size="sm"
              leftSection={<IconReceipt size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/decisions/$seq/receipt" params={{ seq: String(view.seq) }} {...props} />}
            >
              <Trans>Receipt</Trans>
            </Button>
            {mayErase && (
              <Button
                variant="default"
                size="sm"
                leftSection={<IconUserOff size={16} aria-hidden />}
                renderRoot={(props) => <Link to="/privacy/$seq" params={{ seq: String(view.seq) }} {...props} />}
              >
                <Trans>Erase the applicant …</Trans>
              </Button>
            )}
            {mayDecide && (
              <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} renderRoot={(props) => <Link to="/" {...props} />}>
                <Trans>New application</Trans>
              </Button>
            )}
          </span>
        }
      >
        {t`Decision`}
      </PageTitle>
      <DecisionBody view={view} definition={definition} afterVerdict={<ReviewPanel view={view} />} />
    </article>
  );
}

interface BodyProps {
  view: DecisionView;
  definition: ProductDefinition | null;
  /** What stands between the verdict and everything that led to it. */
  afterVerdict?: ReactNode;
}

/** The report without its title. */
export function DecisionBody({ view, definition, afterVerdict }: BodyProps) {
  const { t } = useLingui();
  const { text } = useLocale();
  const { decision, scaling, referBand } = view;
  const product = definition ? text(definition.title) : view.product.name;
  const name = definition?.fields.find((field) => field.use === 'identifying' && field.type === 'text');
  const who = name && view.identity?.[name.id];
  return (
    <>
      <Verdict view={view} product={product} who={who} />
      {afterVerdict}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel title={t`Why`}>
            <Reasons reasons={decision.reasons} outcome={decision.outcome} />
            <Doubts doubts={decision.doubts} definition={definition} named={view} />
          </Panel>
          <Panel title={t`What moved the score`}>
            {decision.score !== null && referBand && <ScoreScale score={decision.score} referBand={referBand} />}
            {decision.explanation ? (
              <WaterfallChart explanation={decision.explanation} scaling={scaling} characteristics={view.characteristics} />
            ) : (
              <p className={classes.none}>
                <Trans>Nothing could be scored, so there is nothing to explain. A person must decide.</Trans>
              </p>
            )}
          </Panel>
          <Panel title={t`Policy rules`}>
            <PolicyTrace trace={decision.policyTrace} tables={view.tables} definition={definition} />
          </Panel>
        </div>
        <div className={classes.column}>
          <StoredNote view={view} />
          <Panel title={t`Affordability`}>
            <AffordabilityTable of={decision.affordability} pricing={decision.pricing} currency={definition?.currency ?? null} />
          </Panel>
          <OfficerNote outcome={decision.outcome} />
          <Panel title={t`What was entered`}>
            <InputsTable view={view} definition={definition} />
          </Panel>
        </div>
      </div>
    </>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.panel} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What decides on one product, what is compared with it, what one step back would bring; and what may be done about it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowsExchange,
  IconChartHistogram,
  IconHandStop,
  IconPlayerPlay,
} from '@tabler/icons-react';
import type { HeldArtefact } from '../../contract/update-calls.ts';
import { useMay } from '../people/session.tsx';
import type { ProductPlaces } from './by-product.ts';
import type { Intent } from './consequences.tsx';
import { HeldLine } from './held-line.tsx';
import classes from './updates.module.css';

interface Props {
  of: ProductPlaces;
  title: string;
  intend: (intent: Intent) => void;
  compare: () => void;
}

export function ProductCard({ of, title, intend, compare }: Props) {
  const { champion, challengers, policy, previous } = of;
  return (
    <section className={classes.card} aria-label={title}>
      <h2>{title}</h2>
      {champion?.suspended && <Suspended />}
      {!champion && (
        <p className={classes.wanting}>
          <IconAlertTriangle size={18} stroke={1.7} aria-hidden />
          <Trans>There is no champion: every decision becomes a refer until there is one.</Trans>
        </p>
      )}
      <ul className={classes.places}>
        {champion && <Champion of={champion} places={of} intend={intend} />}
        {policy && <HeldLine of={policy} />}
        {challengers.map((challenger) => (
          <Challenger key={challenger.artefact.sha256} of={challenger} places={of} intend={intend} compare={compare} />
        ))}
        {previous && <Previous of={previous} places={of} intend={intend} />}
      </ul>
      {challengers.length === 0 && (
        <p className={classes.soft}>
          <Trans>No challenger is compared with the champion.</Trans>
        </p>
      )}
    </section>
  );
}

function Suspended() {
  return (
    <p className={classes.suspended}>
      <IconHandStop size={20} stroke={1.7} aria-hidden />
      <span>
        <strong>
          <Trans>The champion is suspended.</Trans>
        </strong>{' '}
        <Trans>Every decision becomes a refer until it is resumed or another model takes its place.</Trans>
      </span>
    </p>
  );
}

interface LineProps {
  of: HeldArtefact;
  places: ProductPlaces;
  intend: (intent: Intent) => void;
}

function Champion({ of, places, intend }: LineProps) {
  const maySuspend = useMay('suspend-model');
  const mayManage = useMay('manage-updates');
  return (
    <HeldLine
      of={of}
      actions={
        of.suspended
          ? mayManage && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlayerPlay size={15} aria-hidden />}
                onClick={() => intend({ what: 'resume', places })}
              >
                <Trans>Resume …</Trans>
              </Button>
            )
          : maySuspend && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconHandStop size={15} aria-hidden />}
                onClick={() => intend({ what: 'suspend', places })}
              >
                <Trans>Suspend …</Trans>
              </Button>
            )
      }
    />
  );
}

function Challenger({ of, places, intend, compare }: LineProps & { compare: () => void }) {
  const { t } = useLingui();
  const mayManage = useMay('manage-updates');
  const version = of.artefact.version;
  return (
    <HeldLine
      of={of}
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            aria-label={t`Compare challenger ${version} with the champion`}
            leftSection={<IconChartHistogram size={15} aria-hidden />}
            onClick={compare}
          >
            <Trans>Compare</Trans>
          </Button>
          {mayManage && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowsExchange size={15} aria-hidden />}
              onClick={() => intend({ what: 'switch', places, to: of })}
            >
              <Trans>Switch to it …</Trans>
            </Button>
          )}
        </>
      }
    >
      <p className={classes.soft}>
        <Trans>Scores in the shadow of every decision: logged, never shown to an officer, and changes nothing.</Trans>
      </p>
    </HeldLine>
  );
}

function Previous({ of, places, intend }: LineProps) {
  const mayManage = useMay('manage-updates');
  return (
    <HeldLine
      of={of}
      actions={
        mayManage && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={15} aria-hidden />}
            onClick={() => intend({ what: 'roll-back', places, to: of })}
          >
            <Trans>Roll back …</Trans>
          </Button>
        )
      }
    />
  );
}

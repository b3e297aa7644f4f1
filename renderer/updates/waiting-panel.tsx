/** Releases that reach this branch and are not in their place: on their way, waiting for their day, or refused. */
import { Trans, useLingui } from '@lingui/react/macro';
import { IconCalendarClock, IconCircleX, IconCloudDownload, IconPackage, type TablerIcon } from '@tabler/icons-react';
import type { WaitingRelease } from '../../contract/update-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useLocale } from '../language/locale.tsx';
import { useFailureText } from '../shell/failure-text.ts';
import { ADVICE } from './advice.ts';
import { sizeOf } from './size-of.ts';
import classes from './updates.module.css';
import { PLACES } from './words.ts';

const ICONS: Record<WaitingRelease['state'], TablerIcon> = {
  offered: IconCloudDownload,
  fetched: IconPackage,
  scheduled: IconCalendarClock,
  refused: IconCircleX,
};

export function WaitingPanel({ waiting, titleOf }: { waiting: WaitingRelease[]; titleOf: (product: string) => string }) {
  const { t } = useLingui();
  return (
    <Panel title={t`What waits`}>
      {waiting.length === 0 ? (
        <p className={classes.soft}>
          <Trans>Nothing: whatever head office released for this branch is in its place.</Trans>
        </p>
      ) : (
        <ul className={classes.waitingList}>
          {waiting.map((one) => (
            <Waiting key={`${one.product} ${one.alias} ${one.artefact.sha256}`} of={one} titleOf={titleOf} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Waiting({ of, titleOf }: { of: WaitingRelease; titleOf: (product: string) => string }) {
  const { i18n } = useLingui();
  const { formats } = useLocale();
  const { artefact, alias, bytes, state, failure } = of;
  const Icon = ICONS[state];
  const [place, size] = [i18n._(PLACES[alias]), sizeOf(bytes, formats)];
  return (
    <li>
      <Icon size={20} stroke={1.7} aria-hidden className={classes.waitingIcon} data-refused={state === 'refused' || undefined} />
      <div>
        <p className={classes.name}>
          <strong>
            {artefact.name} {artefact.version}
          </strong>{' '}
          <span className={classes.expiry}>
            {titleOf(of.product)}, {place}, {size}
          </span>
        </p>
        <p className={classes.plain}>
          <StateOf release={of} />
        </p>
        {failure && <WhyRefused failure={failure} />}
      </div>
    </li>
  );
}

function StateOf({ release: { state, activateFrom } }: { release: WaitingRelease }) {
  const { formats } = useLocale();
  const day = activateFrom === null ? '' : formats.moment(activateFrom);
  switch (state) {
    case 'offered':
      return <Trans>Offered: not fetched yet. The next check fetches it.</Trans>;
    case 'fetched':
      return <Trans>Fetched and verified on this PC: it takes its place when nothing is being decided.</Trans>;
    case 'scheduled':
      return <Trans>Fetched and verified on this PC: it takes its place on {day}, with or without a network.</Trans>;
    case 'refused':
      return <Trans>Refused: it is not used here, and what was active stays active.</Trans>;
  }
}

function WhyRefused({ failure }: { failure: NonNullable<WaitingRelease['failure']> }) {
  const { i18n } = useLingui();
  const { happened, next } = useFailureText(failure);
  const advice = ADVICE[failure.kind];
  const facts = Object.entries(failure.facts);
  return (
    <dl className={classes.why}>
      <dt>
        <Trans>Why</Trans>
      </dt>
      <dd>{happened}</dd>
      <dt>
        <Trans>What to do next</Trans>
      </dt>
      <dd>{next}</dd>
      {advice && (
        <>
          <dt>
            <Trans>For the data scientist</Trans>
          </dt>
          <dd>{i18n._(advice)}</dd>
        </>
      )}
      {facts.length > 0 && (
        <>
          <dt>
            <Trans>Details</Trans>
          </dt>
          <dd className={classes.code}>{facts.map(([name, value]) => `${name}: ${value}`).join(' · ')}</dd>
        </>
      )}
    </dl>
  );
}

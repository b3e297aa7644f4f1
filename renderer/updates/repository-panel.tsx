/** Head office's signed repository: where it is, and how old what is known of it is. */
import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { UpdateState } from '../../contract/update-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useLocale } from '../language/locale.tsx';
import { useMay } from '../people/session.tsx';
import { useFailureText } from '../shell/failure-text.ts';
import { CheckPanel } from './check-panel.tsx';
import { Versions } from './held-line.tsx';
import classes from './updates.module.css';

export function RepositoryPanel({ state }: { state: UpdateState }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const mayManage = useMay('manage-updates');
  const { repository, lastCheck, issued, expires, isStale, metadata, failure } = state;
  const until = expires && formats.moment(expires);
  return (
    <Panel title={t`Head office's repository`}>
      {isStale && (
        <p className={classes.wanting}>
          <IconAlertTriangle size={18} stroke={1.7} aria-hidden />
          <span>
            <Trans>
              Its signatures expired on {until}: nothing new is accepted, and deciding goes on with what is active. Ask head office to sign
              anew, and check the clock of this PC.
            </Trans>
          </span>
        </p>
      )}
      {failure && <LastFailure failure={failure} />}
      <dl className={classes.facts}>
        <dt>
          <Trans>Address</Trans>
        </dt>
        <dd>{repository ?? <Trans>none is set: updates come by USB stick</Trans>}</dd>
        <dt>
          <Trans>Last check</Trans>
        </dt>
        <dd>{lastCheck ? formats.moment(lastCheck) : <Trans>never</Trans>}</dd>
        <dt>
          <Trans>Signed</Trans>
        </dt>
        <dd>{issued ? formats.moment(issued) : <Trans>nothing was verified yet</Trans>}</dd>
        <dt>
          <Trans>Valid until</Trans>
        </dt>
        <dd>{until ?? '–'}</dd>
        <dt>
          <Trans>Metadata versions</Trans>
        </dt>
        <dd>{Object.keys(metadata).length === 0 ? '–' : <Versions of={metadata} />}</dd>
      </dl>
      {mayManage && <CheckPanel hasRepository={repository !== null} />}
    </Panel>
  );
}

function LastFailure({ failure }: { failure: NonNullable<UpdateState['failure']> }) {
  const { happened, safe, next } = useFailureText(failure);
  return (
    <div className={classes.wanting}>
      <IconAlertTriangle size={18} stroke={1.7} aria-hidden />
      <p>
        <strong>
          <Trans>The last check failed.</Trans>
        </strong>{' '}
        {happened} {safe} {next}
      </p>
    </div>
  );
}

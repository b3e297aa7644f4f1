/** In plain words: what is there, what is on its way, and what is wrong. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Progress } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconCloudUpload } from '@tabler/icons-react';
import type { Failure } from '../../contract/failure.ts';
import type { SyncView } from '../../contract/sync-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { useFailureText } from '../shell/failure-text.ts';
import classes from './sync.module.css';
import { type Sending, useSendNow } from './use-send-now.ts';

export function StatePanel({ view }: { view: SyncView }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const { sending, isRunning, start } = useSendNow();
  const { headOffice, unsent, lastCountersigned, witnessed, lastContact, lastTry, stopped, failure } = view;
  const isBusy = isRunning || view.isRunning;
  return (
    <Panel title={headOffice === null ? t`No head office set up` : headOffice.name}>
      <p className={classes.summary} data-tone={stopped === null ? (unsent === 0 ? 'good' : 'plain') : 'bad'} role="status">
        {unsent === 0 ? <IconCloudCheck size={22} stroke={1.7} aria-hidden /> : <IconCloudUpload size={22} stroke={1.7} aria-hidden />}
        <Plural
          value={unsent}
          _0="Everything that was stored here is countersigned by head office."
          one="# entry waits in the log of this PC for head office."
          other="# entries wait in the log of this PC for head office."
        />
      </p>
      {headOffice === null && (
        <p className={classes.soft}>
          <Trans>This PC is not enrolled with a head office. IT enrols it with the branch file. Deciding works without.</Trans>
        </p>
      )}
      {headOffice?.isPending && (
        <p className={classes.soft}>
          <Trans>The enrolment waits: head office hears of it with the first line, or by a USB stick.</Trans>
        </p>
      )}
      {stopped ? (
        <Trouble failure={stopped} isStopped />
      ) : (
        failure && headOffice !== null && <Trouble failure={failure} isStopped={false} />
      )}
      <dl className={classes.facts}>
        <dt>
          <Trans>Last entry countersigned</Trans>
        </dt>
        <dd>{lastCountersigned === null ? <Trans>none yet</Trans> : formats.points(lastCountersigned)}</dd>
        <dt>
          <Trans>Entries in the log</Trans>
        </dt>
        <dd>{formats.points(view.logSize)}</dd>
        <dt>
          <Trans>Under enough witnesses</Trans>
        </dt>
        <dd>{formats.points(witnessed)}</dd>
        <dt>
          <Trans>Last contact</Trans>
        </dt>
        <dd>{lastContact ? formats.moment(lastContact) : <Trans>never</Trans>}</dd>
        <dt>
          <Trans>Last try</Trans>
        </dt>
        <dd>{lastTry ? formats.moment(lastTry) : <Trans>never</Trans>}</dd>
        <dt>
          <Trans>Address</Trans>
        </dt>
        <dd>{headOffice === null ? '–' : (headOffice.url ?? <Trans>none: by USB stick alone</Trans>)}</dd>
      </dl>
      <div className={classes.buttons}>
        <Button
          size="sm"
          leftSection={<IconCloudUpload size={16} aria-hidden />}
          disabled={isBusy || headOffice?.url == null}
          onClick={start}
        >
          <Trans>Send now</Trans>
        </Button>
      </div>
      <Step of={sending} />
    </Panel>
  );
}

function Trouble({ failure, isStopped }: { failure: Failure; isStopped: boolean }) {
  const { happened, safe, next } = useFailureText(failure);
  return (
    <div className={classes.trouble} data-tone={isStopped ? 'bad' : 'warn'}>
      <IconAlertTriangle size={18} stroke={1.7} aria-hidden />
      <div>
        <p>
          <strong>{isStopped ? <Trans>Sending has stopped.</Trans> : <Trans>The last try did not get through.</Trans>}</strong> {happened}
        </p>
        <p>{safe}</p>
        <p>{next}</p>
        {isStopped && (
          <p>
            <Trans>Nothing is sent by itself until somebody presses “Send now”.</Trans>
          </p>
        )}
      </div>
    </div>
  );
}

function Step({ of }: { of: Sending }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  switch (of.step) {
    case 'idle':
      return null;
    case 'failed':
      return <FailureNote failure={of.failure} />;
    case 'done':
      return of.view.failure === null ? (
        <p className={classes.soft} role="status">
          <Trans>Sent. Head office has countersigned everything.</Trans>
        </p>
      ) : null;
    case 'sending': {
      const [from, to] = [formats.points(of.from), formats.points(of.to - 1)];
      return (
        <div role="status" className={classes.step}>
          <Progress value={of.total === 0 ? 0 : (of.done / of.total) * 100} aria-label={t`Progress`} />
          <Trans>
            Sending entries {from} to {to} …
          </Trans>
        </div>
      );
    }
    default:
      return (
        <div role="status" className={classes.step}>
          <Progress value={100} animated aria-label={t`Progress`} />
          <Trans>Asking head office …</Trans>
        </div>
      );
  }
}

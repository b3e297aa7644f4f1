/** The program itself: which version runs, what is offered, and the restart that installs it. */

import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Progress } from '@mantine/core';
import type { ContractRouterClient } from '@orpc/contract';
import { IconRotateClockwise } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { nativeContract } from '../../contract/native.ts';
import type { UpdateState } from '../../contract/update-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useConnection } from '../connection/connection.tsx';
import { useWatched } from '../connection/watch.ts';
import { useLocale } from '../language/locale.tsx';
import { useMay } from '../people/session.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { sizeOf } from './size-of.ts';
import classes from './updates.module.css';

const openAppUpdate = (client: ContractRouterClient<typeof nativeContract>, options: { signal: AbortSignal }) =>
  client.appUpdate(undefined, options);

export function AppPanel({ app }: { app: UpdateState['app'] }) {
  const { t } = useLingui();
  const { text, formats } = useLocale();
  /** The shell knows how far it is; the service, what was signed. */
  const shell = useWatched(useConnection().native, openAppUpdate);
  const state = shell === null || shell.state === 'none' ? app.state : shell.state;
  const failure = shell?.failure ?? app.failure;
  const { current, offered } = app;
  const version = offered?.version ?? shell?.version ?? '';
  const size = offered ? sizeOf(offered.bytes, formats) : '';
  return (
    <Panel title={t`Outpost itself`}>
      <dl className={classes.facts}>
        <dt>
          <Trans>This version</Trans>
        </dt>
        <dd>{current}</dd>
        {state !== 'none' && version !== '' && (
          <>
            <dt>
              <Trans>Offered</Trans>
            </dt>
            <dd>
              {version}
              {size !== '' && ` (${size})`}
            </dd>
          </>
        )}
      </dl>
      {offered && <p className={classes.notes}>{text(offered.notes)}</p>}
      <State state={state} progress={shell?.progress ?? null} />
      {state === 'ready' && <Restart version={version} />}
      {failure && <FailureNote failure={failure} />}
    </Panel>
  );
}

function State({ state, progress }: { state: UpdateState['app']['state']; progress: { done: number; total: number } | null }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  switch (state) {
    case 'none':
      return (
        <p className={classes.soft}>
          <Trans>Nothing newer is released for this branch.</Trans>
        </p>
      );
    case 'offered':
      return (
        <p className={classes.plain}>
          <Trans>It is fetched by itself after a check. From a USB stick: leave it in until the update is ready.</Trans>
        </p>
      );
    case 'downloading': {
      const [done, total] = progress ? [sizeOf(progress.done, formats), sizeOf(progress.total, formats)] : ['', ''];
      return (
        <div className={classes.step} role="status">
          {progress ? (
            <>
              <Progress value={progress.total === 0 ? 0 : (progress.done / progress.total) * 100} aria-label={t`Progress`} />
              <Trans>
                Downloading: {done} of {total}
              </Trans>
            </>
          ) : (
            <Trans>It is being downloaded.</Trans>
          )}
        </div>
      );
    }
    case 'ready':
      return (
        <p className={classes.plain}>
          <Trans>
            It is on this PC, and its signature was verified. IT installs it here; where the system asks nobody, it is installed by itself
            once nobody has been at work for a while.
          </Trans>
        </p>
      );
    case 'failed':
      return (
        <p className={classes.soft}>
          <Trans>This version goes on.</Trans>
        </p>
      );
  }
}

function Restart({ version }: { version: string }) {
  const { native } = useConnection();
  const mayManage = useMay('manage-updates');
  const install = useMutation({ mutationFn: () => native.ask((client, options) => client.installUpdate(undefined, options)) });
  if (!mayManage) return null;
  return (
    <>
      <Button
        size="sm"
        leftSection={<IconRotateClockwise size={16} aria-hidden />}
        loading={install.isPending}
        onClick={() => install.mutate()}
      >
        <Trans>Restart with {version}</Trans>
      </Button>
      <p className={classes.soft}>
        <Trans>Refused while somebody has an application open or something runs. Everybody signs in again afterwards.</Trans>
      </p>
      {install.isError && <FailureNote failure={failureOf(install.error)} />}
    </>
  );
}

/** Whether somebody has the recovery key, and a new one after a question. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryKeyState } from '../../contract/keep-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useConnection } from '../connection/connection.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './keep.module.css';

export function RecoveryKeyPanel({ state, show }: { state: RecoveryKeyState; show: (recoveryKey: string) => void }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const [isAsked, setAsked] = useState(false);
  const renew = useMutation({
    mutationFn: () => service.ask((client, options) => client.keep.renewRecoveryKey(undefined, options)),
    onSuccess: ({ recoveryKey }) => show(recoveryKey),
    // What the key opens must not wait in memory for the next one to come to this screen.
    gcTime: 0,
  });
  const isGiven = state === 'given';
  return (
    <div>
      <Panel title={t`Recovery key`}>
        <p className={isGiven ? classes.good : classes.wanting}>
          {isGiven ? <IconCircleCheck size={18} stroke={1.7} aria-hidden /> : <IconAlertTriangle size={18} stroke={1.7} aria-hidden />}
          <State of={state} />
        </p>
        {isGiven && (
          <p className={classes.soft}>
            <Trans>Is it in the safe, and can it be read? If nobody has it any more, or too many have, make a new one.</Trans>
          </p>
        )}
        {renew.isError && <FailureNote failure={failureOf(renew.error)} />}
        <Button
          size="sm"
          variant={isGiven ? 'default' : 'filled'}
          leftSection={<IconKey size={16} aria-hidden />}
          loading={renew.isPending}
          onClick={() => setAsked(true)}
        >
          {state === 'none' ? <Trans>Make a recovery key …</Trans> : <Trans>Make a new recovery key …</Trans>}
        </Button>
      </Panel>
      <Modal
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t`Make a recovery key?`}
        size="md"
        withinPortal={false}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <Confirm
          isGiven={isGiven}
          close={() => setAsked(false)}
          renew={() => {
            setAsked(false);
            renew.mutate();
          }}
        />
      </Modal>
    </div>
  );
}

function State({ of }: { of: RecoveryKeyState }) {
  switch (of) {
    case 'none':
      return (
        <Trans>
          There is none. If this PC is lost, or its passphrase or key store, nobody can open the branch's data, and no backup helps.
        </Trans>
      );
    case 'unseen':
      return <Trans>One was made when the branch was set up, and nobody has seen it: so it is of no use. Make a new one.</Trans>;
    case 'given':
      return <Trans>Somebody was given it. It opens the branch's data and its backups.</Trans>;
  }
}

function Confirm({ isGiven, close, renew }: { isGiven: boolean; close: () => void; renew: () => void }) {
  return (
    <div className={classes.form}>
      <ul className={classes.points}>
        <li>
          <Trans>The key is shown once, and kept nowhere. Have pen and paper ready, or a printer.</Trans>
        </li>
        <li>
          <Trans>Whoever has it can open every backup: be alone at the screen.</Trans>
        </li>
        {isGiven && (
          <li>
            <strong>
              <Trans>The key before it then opens only the backups made with it. Keep it for as long as you keep those.</Trans>
            </strong>
          </li>
        )}
        <li>
          <Trans>The log notes that you made one; the key itself is not in it.</Trans>
        </li>
      </ul>
      <div className={classes.buttons}>
        <Button onClick={renew}>
          <Trans>Show the new key</Trans>
        </Button>
        <Button variant="default" onClick={close} data-autofocus>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </div>
  );
}

/** Recovery by IT: a new first passphrase for somebody who lost theirs. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal } from '@mantine/core';
import type { FormEvent } from 'react';
import type { Account } from '../../contract/people.ts';
import { FailureNote } from '../shell/failure-note.tsx';
import type { HandedOver } from './handover.tsx';
import { NewPassphraseInputs, useNewPassphrase } from './new-passphrase.tsx';
import classes from './people.module.css';
import { useAccountChange } from './use-account-change.ts';

interface Props {
  /** null: closed. */
  person: Account | null;
  close: () => void;
  given: (over: HandedOver) => void;
}

export function NewFirstPassphrase({ person, close, given }: Props) {
  const { t } = useLingui();
  const name = person?.name ?? '';
  return (
    <Modal
      opened={person !== null}
      onClose={close}
      title={t`A new first passphrase for ${name}`}
      size="md"
      withinPortal={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {person && <PassphraseForm person={person} close={close} given={given} />}
    </Modal>
  );
}

function PassphraseForm({ person, close, given }: Props & { person: Account }) {
  const { t } = useLingui();
  const chosen = useNewPassphrase();
  const { change, busy, failure } = useAccountChange();
  async function give(event: FormEvent) {
    event.preventDefault();
    const passphrase = chosen.check();
    if (passphrase === null || busy) return;
    const now = await change((client, options) => client.people.setPassphrase({ account: person.account, passphrase }, options));
    if (now) given({ person: now, why: 'passphrase' });
  }
  return (
    <form className={classes.form} onSubmit={(event) => void give(event)} noValidate>
      <p className={classes.about}>
        <Trans>Make sure that it is them who asks. Where they are signed in, they are signed out; a wait after failures ends.</Trans>
      </p>
      {failure && <FailureNote failure={failure} />}
      <NewPassphraseInputs of={chosen} label={t`First passphrase`} autoFocus />
      <div className={classes.buttons}>
        <Button type="submit" loading={busy}>
          <Trans>Set the passphrase</Trans>
        </Button>
        <Button variant="default" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}

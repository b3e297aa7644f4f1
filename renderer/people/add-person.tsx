/** A new account, with a first passphrase that opens nothing but the choice of another. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { PersonRole } from '../../contract/people.ts';
import type { NamedPerson } from '../enrolment/waiting-people.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { AccountInputs, useAccountFields } from './account-fields.tsx';
import type { HandedOver } from './handover.tsx';
import { NewPassphraseInputs, useNewPassphrase } from './new-passphrase.tsx';
import classes from './people.module.css';
import { RoleSelect } from './role-select.tsx';
import { useAccountChange } from './use-account-change.ts';

interface Props {
  opened: boolean;
  /** What the form begins with; null: nothing. */
  named: NamedPerson | null;
  close: () => void;
  added: (over: HandedOver) => void;
}

export function AddPerson({ opened, named, close, added }: Props) {
  const { t } = useLingui();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t`Add a person`}
      size="md"
      withinPortal={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <AddForm named={named} close={close} added={added} />
    </Modal>
  );
}

function AddForm({ named, close, added }: Omit<Props, 'opened'>) {
  const { t } = useLingui();
  const fields = useAccountFields(named);
  const chosen = useNewPassphrase();
  const [role, setRole] = useState<PersonRole>(named?.role ?? 'officer');
  const { change, busy, failure } = useAccountChange();

  async function add(event: FormEvent) {
    event.preventDefault();
    const who = fields.check();
    const passphrase = chosen.check();
    if (who === null || passphrase === null || busy) return;
    const person = await change((client, options) => client.people.create({ ...who, role, passphrase }, options));
    if (person) added({ person, why: 'added' });
  }

  return (
    <form className={classes.form} onSubmit={(event) => void add(event)} noValidate>
      {failure && <FailureNote failure={failure} />}
      <AccountInputs of={fields} autoFocus />
      <RoleSelect label={t`Role`} value={role} onChange={setRole} />
      <NewPassphraseInputs of={chosen} label={t`First passphrase`} />
      <div className={classes.buttons}>
        <Button type="submit" loading={busy}>
          <Trans>Make the account</Trans>
        </Button>
        <Button variant="default" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}

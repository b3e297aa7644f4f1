/** Old passphrase, new one twice. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { useConnection } from '../connection/connection.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './door.module.css';
import { NewPassphraseInputs, useNewPassphrase } from './new-passphrase.tsx';
import { PassphraseInput } from './passphrase-input.tsx';

interface Props {
  oldLabel: string;
  onChanged: () => void;
  children?: ReactNode;
}

export function ChangePassphraseForm({ oldLabel, onChanged, children }: Props) {
  const { t } = useLingui();
  const { service, session } = useConnection();
  const [old, setOld] = useState('');
  const [oldProblem, setOldProblem] = useState<string>();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const chosen = useNewPassphrase();

  async function change(event: FormEvent) {
    event.preventDefault();
    setFailure(null);
    setOldProblem(old === '' ? t`Type the passphrase.` : undefined);
    const next = chosen.check();
    if (next === null || old === '' || busy) return;
    setBusy(true);
    try {
      session.receive(await service.ask((client, options) => client.door.changePassphrase({ old, next }, options)));
      setOld('');
      chosen.clear();
      onChanged();
    } catch (error) {
      const told = failureOf(error);
      if (told.kind === 'sign-in-refused') setOldProblem(t`This is not the present passphrase, or the wait after a failure is not over.`);
      else setFailure(told);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className={classes.form} onSubmit={(event) => void change(event)} noValidate>
      {failure && <FailureNote failure={failure} />}
      <PassphraseInput label={oldLabel} value={old} onChange={setOld} error={oldProblem} kind="current-password" autoFocus />
      <NewPassphraseInputs of={chosen} label={t`New passphrase`} />
      <div className={classes.buttons}>
        <Button type="submit" loading={busy}>
          <Trans>Change the passphrase</Trans>
        </Button>
        {children}
      </div>
    </form>
  );
}

/** A locked screen: nothing of the work is in the page, and only the same person's passphrase brings it back. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { Present } from '../connection/session-store.ts';
import classes from './door.module.css';
import { DoorPage } from './door-page.tsx';
import { PassphraseInput } from './passphrase-input.tsx';
import { PersonLine } from './person-line.tsx';
import { Refusal } from './refusal.tsx';
import { SignOutButton } from './sign-out-button.tsx';
import { useTry } from './use-try.ts';

export function LockedPage({ present, onIn }: { present: Present; onIn: () => void }) {
  const { t } = useLingui();
  const [passphrase, setPassphrase] = useState('');
  const [missing, setMissing] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const attempt = useTry();
  const wait = attempt.waitOf(present.account);

  async function unlock(event: FormEvent) {
    event.preventDefault();
    if (attempt.busy || wait > 0) return;
    if (passphrase === '') return setMissing(t`Type the passphrase.`);
    setMissing(undefined);
    if (await attempt.signIn(present.account, passphrase)) return onIn();
    setPassphrase('');
    input.current?.focus();
  }

  return (
    <DoorPage title={t`Locked`}>
      <form className={classes.form} onSubmit={(event) => void unlock(event)} noValidate>
        <PersonLine of={present} />
        <p className={classes.about}>
          <Trans>What you typed is kept as a draft. Give your passphrase to go on.</Trans>
        </p>
        <Refusal of={attempt} wait={wait} />
        <PassphraseInput
          ref={input}
          label={t`Passphrase`}
          value={passphrase}
          onChange={setPassphrase}
          error={missing}
          kind="current-password"
          autoFocus
        />
        <div className={classes.buttons}>
          <Button type="submit" loading={attempt.busy} disabled={wait > 0}>
            <Trans>Unlock</Trans>
          </Button>
          <SignOutButton />
        </div>
      </form>
    </DoorPage>
  );
}

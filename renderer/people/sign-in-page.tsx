/** Account and passphrase; works without any network. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import classes from './door.module.css';
import { DoorPage } from './door-page.tsx';
import { PassphraseInput } from './passphrase-input.tsx';
import { Refusal } from './refusal.tsx';
import { useTry } from './use-try.ts';

export function SignInPage({ onIn }: { onIn: () => void }) {
  const { t } = useLingui();
  const [account, setAccount] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [missing, setMissing] = useState<{ account?: string; passphrase?: string }>({});
  const input = useRef<HTMLInputElement>(null);
  const attempt = useTry();
  const name = account.trim().toLowerCase();
  const wait = attempt.waitOf(name);

  async function signIn(event: FormEvent) {
    event.preventDefault();
    if (attempt.busy || wait > 0) return;
    if (name === '') return setMissing({ account: t`Type the name of your account.` });
    if (passphrase === '') return setMissing({ passphrase: t`Type the passphrase.` });
    setMissing({});
    if (await attempt.signIn(name, passphrase)) return onIn();
    setPassphrase('');
    input.current?.focus();
  }

  return (
    <DoorPage title={t`Sign in`}>
      <form className={classes.form} onSubmit={(event) => void signIn(event)} noValidate>
        <Refusal of={attempt} wait={wait} />
        <TextInput
          label={t`Account`}
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
          error={missing.account}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          autoFocus
        />
        <PassphraseInput
          ref={input}
          label={t`Passphrase`}
          value={passphrase}
          onChange={setPassphrase}
          error={missing.passphrase}
          kind="current-password"
        />
        <Button type="submit" loading={attempt.busy} disabled={wait > 0}>
          <Trans>Sign in</Trans>
        </Button>
        <p className={classes.length}>
          <Trans>Lost your passphrase? IT of your branch gives you a new first one.</Trans>
        </p>
      </form>
    </DoorPage>
  );
}

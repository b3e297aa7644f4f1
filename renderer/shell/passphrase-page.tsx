/** Asks for the passphrase of the database key, where the system's key store cannot be trusted with it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from './failure-note.tsx';
import classes from './gate.module.css';

/** The shortest passphrase taken at first use, in characters (NIST SP 800-63B-4, 3.1.1.2: 15 where it stands alone). */
const SHORTEST = 15;

export function PassphrasePage({ firstUse, wrong }: { firstUse: boolean; wrong: boolean }) {
  const { t } = useLingui();
  const { native } = useConnection();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<{ first?: string; again?: string }>({});
  const [busy, setBusy] = useState(false);

  async function unlock(event: FormEvent) {
    event.preventDefault();
    const short = firstUse && passphrase.length < SHORTEST;
    if (passphrase === '') return setProblem({ first: t`Type the passphrase.` });
    if (short) return setProblem({ first: t`Use at least ${SHORTEST} characters: several unrelated words are easy to keep in mind.` });
    if (firstUse && passphrase !== again) return setProblem({ again: t`The two are not the same. Type it again.` });
    setProblem({});
    setBusy(true);
    try {
      await native.ask((client, options) => client.unlock({ passphrase }, options));
    } catch (error) {
      setProblem({ first: failureOf(error).happened });
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <h1>{firstUse ? <Trans>Choose a passphrase for this branch</Trans> : <Trans>Unlock this branch</Trans>}</h1>
        <form onSubmit={(event) => void unlock(event)} noValidate>
          <p>
            {firstUse ? (
              <Trans>
                This PC has no key store that can be trusted with the key of the data, so a passphrase protects it. It is asked for at every
                start.
              </Trans>
            ) : (
              <Trans>
                The key of this branch's data is under a passphrase. Until it is given nothing can be opened; nothing is lost meanwhile.
              </Trans>
            )}
          </p>
          {firstUse && (
            <p className={classes.loss}>
              <Trans>
                The passphrase protects every application and decision on this PC. It is not stored anywhere: if it is lost, nobody can open
                the data again. Keep a copy in the branch safe.
              </Trans>
            </p>
          )}
          <PasswordInput
            label={t`Passphrase`}
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            error={problem.first ?? (wrong && !busy ? t`This is not the passphrase of this branch. Nothing was changed.` : undefined)}
            visibilityToggleButtonProps={{ 'aria-label': t`Show the passphrase` }}
            autoFocus
          />
          {firstUse && (
            <PasswordInput
              label={t`Passphrase again`}
              value={again}
              onChange={(event) => setAgain(event.currentTarget.value)}
              error={problem.again}
              visibilityToggleButtonProps={{ 'aria-label': t`Show the second passphrase` }}
            />
          )}
          <Button type="submit" loading={busy}>
            {firstUse ? <Trans>Set passphrase and open</Trans> : <Trans>Unlock</Trans>}
          </Button>
          {!firstUse && (
            <p className={classes.hint}>
              <Trans>Lost it? IT opens the branch with the recovery key and sets a new one: outpost recovery-key --use.</Trans>
            </p>
          )}
        </form>
      </div>
    </main>
  );
}

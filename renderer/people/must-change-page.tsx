/** After IT gave a first passphrase: it opens nothing but this page. */
import { Trans, useLingui } from '@lingui/react/macro';
import type { Present } from '../connection/session-store.ts';
import { ChangePassphraseForm } from './change-passphrase-form.tsx';
import classes from './door.module.css';
import { DoorPage } from './door-page.tsx';
import { PersonLine } from './person-line.tsx';
import { SignOutButton } from './sign-out-button.tsx';

export function MustChangePage({ present }: { present: Present }) {
  const { t } = useLingui();
  return (
    <DoorPage title={t`Choose your own passphrase`}>
      <PersonLine of={present} />
      <p className={classes.about}>
        <Trans>
          IT knows the passphrase that you came in with. What you do here is signed with your name, so only you may know the one that
          counts.
        </Trans>
      </p>
      <ChangePassphraseForm oldLabel={t`Passphrase from IT`} onChanged={() => {}}>
        <SignOutButton />
      </ChangePassphraseForm>
    </DoorPage>
  );
}

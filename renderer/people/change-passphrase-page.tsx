/** One's own passphrase, changed by oneself. */
import { Trans, useLingui } from '@lingui/react/macro';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { PageTitle } from '../shell/page-title.tsx';
import { ChangePassphraseForm } from './change-passphrase-form.tsx';
import classes from './people.module.css';

export function ChangePassphrasePage() {
  const { t } = useLingui();
  const [changed, setChanged] = useState(0);
  return (
    <div className={classes.narrow}>
      <PageTitle>{t`Change the passphrase`}</PageTitle>
      <p className={classes.about}>
        <Trans>Everywhere else where you are signed in, you are signed out. The change is written to the log; the passphrase is not.</Trans>
      </p>
      {changed > 0 && (
        <p className={classes.done} role="status">
          <IconCircleCheck size={18} aria-hidden />
          <Trans>The passphrase is changed.</Trans>
        </p>
      )}
      <ChangePassphraseForm key={changed} oldLabel={t`Present passphrase`} onChanged={() => setChanged((count) => count + 1)} />
    </div>
  );
}

/** After an account was made or got a new first passphrase: what the person has to be told. The passphrase is not shown again. */
import { Trans } from '@lingui/react/macro';
import type { Account } from '../../contract/people.ts';
import { RoleName } from '../shell/role-name.tsx';
import classes from './people.module.css';

export interface HandedOver {
  person: Account;
  why: 'added' | 'passphrase';
}

export function Handover({ of: { person, why } }: { of: HandedOver }) {
  const { name, account, role } = person;
  return (
    <section className={classes.handover} role="status">
      <h2>
        {why === 'added' ? (
          <Trans>
            {name} has an account: <RoleName role={role} />
          </Trans>
        ) : (
          <Trans>{name} has a new first passphrase</Trans>
        )}
      </h2>
      <p>
        <Trans>
          Hand over, by word of mouth and not by e-mail: the account <b>{account}</b> and the passphrase that you just typed. It is not
          shown again.
        </Trans>
      </p>
      <p>
        <Trans>At the first sign-in they choose a passphrase of their own; until then the account opens nothing.</Trans>
      </p>
    </section>
  );
}

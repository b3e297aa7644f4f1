/** Whom head office named in the branch file and who has no account yet. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { BranchFile } from '../../contract/branch-file.ts';
import { RoleName } from '../shell/role-name.tsx';
import classes from './enrolment.module.css';

export type NamedPerson = BranchFile['people'][number];

export function WaitingPeople({ people, add }: { people: readonly NamedPerson[]; add: (person: NamedPerson) => void }) {
  const { t } = useLingui();
  if (people.length === 0) return null;
  return (
    <section className={classes.waiting} aria-label={t`Named by head office, not added yet`}>
      <h2>
        <Trans>Named by head office, not added yet</Trans>
      </h2>
      <ul>
        {people.map(({ account, name, role }) => (
          <li key={account}>
            <strong>{name}</strong>
            <span>
              {account} · <RoleName role={role} />
            </span>
            <Button size="compact-sm" variant="default" onClick={() => add({ account, name, role })} aria-label={t`Add ${name}`}>
              <Trans>Add</Trans>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

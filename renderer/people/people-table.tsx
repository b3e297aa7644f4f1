/** The list of accounts. One's own row offers nothing: nobody gives themselves a role. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Table } from '@mantine/core';
import { IconCircleCheck, IconHourglass, IconUserOff } from '@tabler/icons-react';
import type { Account } from '../../contract/people.ts';
import { FailureNote } from '../shell/failure-note.tsx';
import { RoleName } from '../shell/role-name.tsx';
import classes from './people.module.css';
import { RoleSelect } from './role-select.tsx';
import { useAtWork } from './session.tsx';
import { useAccountChange } from './use-account-change.ts';

export function PeopleTable({ people, givePassphrase }: { people: Account[]; givePassphrase: (person: Account) => void }) {
  const { t } = useLingui();
  const { change, busy, failure } = useAccountChange();
  return (
    <>
      {failure && <FailureNote failure={failure} />}
      <div className={classes.panel}>
        <Table aria-label={t`People`} verticalSpacing={8} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Trans>Name</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Account</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Role</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>State</Trans>
              </Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((person) => (
              <PersonRow key={person.account} person={person} change={change} busy={busy} givePassphrase={givePassphrase} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

interface RowProps {
  person: Account;
  change: ReturnType<typeof useAccountChange>['change'];
  busy: boolean;
  givePassphrase: (person: Account) => void;
}

function PersonRow({ person, change, busy, givePassphrase }: RowProps) {
  const { t } = useLingui();
  const { present } = useAtWork();
  const { account, name, role, disabled } = person;
  const isSelf = account === present.account;
  return (
    <Table.Tr className={classes.row ?? ''} data-disabled={disabled}>
      <Table.Td className={classes.name ?? ''}>{name}</Table.Td>
      <Table.Td>{account}</Table.Td>
      <Table.Td>
        {isSelf ? (
          <RoleName role={role} />
        ) : (
          <RoleSelect
            compact
            label={t`Role of ${name}`}
            value={role}
            disabled={busy}
            onChange={(to) => void change((client, options) => client.people.setRole({ account, role: to }, options))}
          />
        )}
      </Table.Td>
      <Table.Td>
        <PersonState of={person} />
      </Table.Td>
      <Table.Td>
        {isSelf ? (
          <div className={classes.actions}>
            <Trans>you: somebody else of IT changes your account</Trans>
          </div>
        ) : (
          <div className={classes.actions}>
            <Button
              size="compact-sm"
              variant="default"
              disabled={busy}
              aria-label={t`New passphrase for ${name}`}
              onClick={() => givePassphrase(person)}
            >
              <Trans>New passphrase</Trans>
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={busy}
              aria-label={disabled ? t`Switch on ${name}` : t`Switch off ${name}`}
              onClick={() => void change((client, options) => client.people.setDisabled({ account, disabled: !disabled }, options))}
            >
              {disabled ? <Trans>Switch on</Trans> : <Trans>Switch off</Trans>}
            </Button>
          </div>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function PersonState({ of: { disabled, mustChange } }: { of: Account }) {
  const Icon = disabled ? IconUserOff : mustChange ? IconHourglass : IconCircleCheck;
  return (
    <span className={classes.state}>
      <Icon size={16} stroke={1.7} aria-hidden />
      {disabled ? <Trans>switched off</Trans> : mustChange ? <Trans>has to choose a passphrase</Trans> : <Trans>works</Trans>}
    </span>
  );
}

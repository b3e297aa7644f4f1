/** A person's name and the account that goes with it. */
import { useLingui } from '@lingui/react/macro';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { accountName } from '../../contract/people.ts';

const LONGEST_NAME = 80;

export interface AccountFields {
  name: string;
  account: string;
  problem: { name?: string; account?: string };
  setName: (name: string) => void;
  setAccount: (account: string) => void;
  /** Both, or null after telling at the field what is wrong. */
  check: () => { name: string; account: string } | null;
  clear: () => void;
}

/** @param given what the fields begin with */
export function useAccountFields(given: { name: string; account: string } | null = null): AccountFields {
  const { t } = useLingui();
  const [name, setName] = useState(given?.name ?? '');
  const [account, setAccount] = useState(given?.account ?? '');
  const [problem, setProblem] = useState<AccountFields['problem']>({});
  return {
    name,
    account,
    problem,
    setName,
    setAccount,
    check() {
      const told: AccountFields['problem'] = {};
      const asked = { name: name.trim(), account: account.trim() };
      if (asked.name === '') told.name = t`Type the name by which colleagues know this person.`;
      if (!accountName.safeParse(asked.account).success)
        told.account = t`Use 2 to 32 small letters, digits, dots or dashes, beginning with a letter.`;
      setProblem(told);
      return Object.keys(told).length === 0 ? asked : null;
    },
    clear() {
      setName('');
      setAccount('');
      setProblem({});
    },
  };
}

export function AccountInputs({ of, autoFocus = false }: { of: AccountFields; autoFocus?: boolean }) {
  const { t } = useLingui();
  return (
    <>
      <TextInput
        label={t`Name`}
        placeholder={t`Ada Okoro`}
        value={of.name}
        onChange={(event) => of.setName(event.currentTarget.value)}
        error={of.problem.name}
        maxLength={LONGEST_NAME}
        autoComplete="off"
        autoFocus={autoFocus}
      />
      <TextInput
        label={t`Account`}
        description={t`For signing in, and in the log; it never changes.`}
        placeholder="ada"
        value={of.account}
        onChange={(event) => of.setAccount(event.currentTarget.value.toLowerCase())}
        error={of.problem.account}
        maxLength={32}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
    </>
  );
}

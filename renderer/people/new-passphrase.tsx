/** A new passphrase, typed twice. Length is all that is asked (NIST SP 800-63B, 3.1.1.2): rules of composition make it no stronger. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { LEAST_PASSPHRASE_CHARACTERS } from '../../contract/people.ts';
import classes from './door.module.css';
import { PassphraseInput } from './passphrase-input.tsx';

export interface NewPassphrase {
  first: string;
  again: string;
  problem: { first?: string; again?: string };
  setFirst: (text: string) => void;
  setAgain: (text: string) => void;
  /** The passphrase, or null after telling at the field what is wrong. */
  check: () => string | null;
  /** Forgets both. */
  clear: () => void;
}

/** As the service counts them. */
function countCharacters(text: string): number {
  return Array.from(text.normalize('NFC')).length;
}

export function useNewPassphrase(): NewPassphrase {
  const { t } = useLingui();
  const [first, setFirst] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<NewPassphrase['problem']>({});
  const characters = LEAST_PASSPHRASE_CHARACTERS;
  return {
    first,
    again,
    problem,
    setFirst(text) {
      setFirst(text);
      setProblem({});
    },
    setAgain(text) {
      setAgain(text);
      setProblem({});
    },
    check() {
      const isShort = countCharacters(first) < characters;
      const isOther = first.normalize('NFC') !== again.normalize('NFC');
      if (isShort) setProblem({ first: t`Use at least ${characters} characters: several unrelated words are easy to keep in mind.` });
      else setProblem(isOther ? { again: t`The two are not the same. Type it again.` } : {});
      return isShort || isOther ? null : first;
    },
    clear() {
      setFirst('');
      setAgain('');
      setProblem({});
    },
  };
}

/** @param label of the first field */
export function NewPassphraseInputs({ of, label, autoFocus = false }: { of: NewPassphrase; label: string; autoFocus?: boolean }) {
  const { t } = useLingui();
  const count = countCharacters(of.first);
  return (
    <>
      <PassphraseInput
        label={label}
        value={of.first}
        onChange={of.setFirst}
        error={of.problem.first}
        autoFocus={autoFocus}
        kind="new-password"
        showLabel={t`Show the new passphrase`}
      />
      {!of.problem.first && <Length count={count} />}
      <PassphraseInput
        label={t`The same again`}
        value={of.again}
        onChange={of.setAgain}
        error={of.problem.again}
        kind="new-password"
        showLabel={t`Show the second passphrase`}
      />
    </>
  );
}

function Length({ count }: { count: number }) {
  const least = LEAST_PASSPHRASE_CHARACTERS;
  if (count >= least)
    return (
      <p className={classes.length} data-enough="true">
        <Trans>Long enough. Longer is better; nothing else counts.</Trans>
      </p>
    );
  const missing = least - count;
  return (
    <p className={classes.length}>
      {count === 0 ? (
        <Trans>At least {least} characters. Only the length counts: several unrelated words are best.</Trans>
      ) : (
        <Plural value={missing} one="# more character" other="# more characters" />
      )}
    </p>
  );
}

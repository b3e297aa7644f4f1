/** The recovery key, typed from paper: visible, since nobody types 35 letters blind. */
import { Plural, useLingui } from '@lingui/react/macro';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import door from '../people/door.module.css';
import classes from './keep.module.css';
import { inGroups, KEY_LETTERS, lettersOf, strangeLetters } from './recovery-key-text.ts';

export interface TypedKey {
  typed: string;
  setTyped: (typed: string) => void;
  /** Puts what can be read into groups, as on paper. */
  tidy: () => void;
  problem: string | undefined;
  /** The key in groups, or null after telling at the field what is wrong. */
  check: () => string | null;
}

export function useTypedKey(): TypedKey {
  const { t } = useLingui();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const letters = lettersOf(typed);
  return {
    typed,
    setTyped(text) {
      setTyped(text);
      setProblem(undefined);
    },
    tidy: () => setTyped(inGroups(letters)),
    problem,
    check() {
      const strange = strangeLetters(letters).join(' ');
      const count = letters.length;
      if (strange !== '') setProblem(t`No recovery key has these: ${strange}. Compare with the paper.`);
      else if (count === 0) setProblem(t`Type the recovery key.`);
      else if (count !== KEY_LETTERS) setProblem(t`A recovery key has ${KEY_LETTERS} letters and digits; these are ${count}.`);
      else {
        setProblem(undefined);
        return inGroups(letters);
      }
      return null;
    },
  };
}

/** @param isFixed it is being used and may not be changed now; @param isWrong the service said that it does not open this backup */
export function RecoveryKeyInput({ of, isFixed, isWrong }: { of: TypedKey; isFixed: boolean; isWrong: boolean }) {
  const { t } = useLingui();
  const count = lettersOf(of.typed).length;
  const missing = KEY_LETTERS - count;
  return (
    <>
      <TextInput
        label={t`Recovery key`}
        description={t`Capitals or not, with or without hyphens.`}
        placeholder="XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX"
        classNames={{ input: classes.keyInput ?? '' }}
        value={of.typed}
        onChange={(event) => of.setTyped(event.currentTarget.value)}
        onBlur={of.tidy}
        error={of.problem ?? (isWrong ? t`Check it letter by letter.` : undefined)}
        readOnly={isFixed}
        maxLength={200}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
      />
      {!of.problem && count > 0 && missing > 0 && (
        <p className={door.length}>
          <Plural value={missing} one="# letter is still missing" other="# letters are still missing" />
        </p>
      )}
    </>
  );
}

/** A passphrase, hidden unless wanted otherwise, with a word about Caps Lock: a wait after a failure is a high price for a key. */
import { Trans, useLingui } from '@lingui/react/macro';
import { PasswordInput } from '@mantine/core';
import { IconArrowBigUpLine } from '@tabler/icons-react';
import { type KeyboardEvent, type Ref, useState } from 'react';
import classes from './door.module.css';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  autoFocus?: boolean;
  /** For password managers: whether it exists or is being chosen. */
  kind: 'current-password' | 'new-password';
  /** Name of the button that shows what is typed, where a page has several. */
  showLabel?: string;
  ref?: Ref<HTMLInputElement>;
}

export function PassphraseInput({ label, value, onChange, error, autoFocus = false, kind, showLabel, ref }: Props) {
  const { t } = useLingui();
  const [isCaps, setCaps] = useState(false);
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'));
  return (
    <>
      <PasswordInput
        ref={ref}
        label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={look}
        onKeyUp={look}
        onBlur={() => setCaps(false)}
        error={error}
        autoFocus={autoFocus}
        autoComplete={kind}
        maxLength={1000}
        visibilityToggleButtonProps={{ 'aria-label': showLabel ?? t`Show the passphrase` }}
      />
      {isCaps && (
        <p className={classes.hint} role="status">
          <IconArrowBigUpLine size={16} aria-hidden />
          <Trans>Caps Lock is on.</Trans>
        </p>
      )}
    </>
  );
}

/** Why the door stays shut, and for how long. */
import { Plural, Trans } from '@lingui/react/macro';
import { FailureNote } from '../shell/failure-note.tsx';
import classes from './door.module.css';
import type { Try } from './use-try.ts';

export function Refusal({ of, wait }: { of: Try; wait: number }) {
  if (!of.refused || of.busy) return null;
  const { failure } = of.refused;
  if (failure.kind !== 'sign-in-refused') return <FailureNote failure={failure} />;
  return (
    <div className={classes.loss} role="alert">
      <Trans>Account and passphrase do not fit, or the account is not to be used now. Check both, and Caps Lock.</Trans>{' '}
      {wait > 0 && (
        // Announced once, not at every second.
        <span aria-live="off">
          <Plural value={wait} one="The next try is possible in # second." other="The next try is possible in # seconds." />
        </span>
      )}
    </div>
  );
}

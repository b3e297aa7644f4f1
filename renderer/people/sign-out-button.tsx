import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { FailureNote } from '../shell/failure-note.tsx';
import { useSignOut } from './use-sign-out.ts';

/** For whoever cannot or does not want to go on with what is locked. */
export function SignOutButton() {
  const { signOut, busy, failure } = useSignOut();
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => void signOut()}>
        <Trans>Sign out</Trans>
      </Button>
      {failure && <FailureNote failure={failure} />}
    </>
  );
}

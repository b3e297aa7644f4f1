import { useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';

/** Ends the session; the drafts stay. */
export function useSignOut(): { signOut: () => Promise<void>; busy: boolean; failure: Failure | null } {
  const { service, session } = useConnection();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function signOut() {
    setBusy(true);
    setFailure(null);
    try {
      session.receive(await service.ask((client, options) => client.door.signOut(undefined, options)));
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  }
  return { signOut, busy, failure };
}

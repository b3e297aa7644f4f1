/** A change of an account: asked once, then the list is asked again. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { Account } from '../../contract/people.ts';
import { type ServiceLine, useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';
import { PEOPLE_KEY } from './people-query.ts';

type Client = Parameters<Parameters<ServiceLine['ask']>[0]>[0];

export function useAccountChange() {
  const { service } = useConnection();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  /** @returns the account as it is now, or null: the failure tells why */
  async function change(ask: (client: Client, options: { signal: AbortSignal }) => Promise<Account>): Promise<Account | null> {
    setBusy(true);
    setFailure(null);
    try {
      return await service.ask(ask);
    } catch (error) {
      setFailure(failureOf(error));
      return null;
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: PEOPLE_KEY });
    }
  }
  return { change, busy, failure, forget: () => setFailure(null) };
}

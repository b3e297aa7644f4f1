/** The office's status, now and at every change. */
import type { ContractRouterClient } from '@orpc/contract';
import type { OfficeStatus, serviceContract } from '../../contract/ipc.ts';
import { useConnection } from '../connection/connection.tsx';
import { useWatched } from '../connection/watch.ts';

const openStatus = (client: ContractRouterClient<typeof serviceContract>, options: { signal: AbortSignal }) =>
  client.office.watch(undefined, options);

/** null before the service told. */
export function useOfficeStatus(): OfficeStatus | null {
  return useWatched(useConnection().service, openStatus);
}

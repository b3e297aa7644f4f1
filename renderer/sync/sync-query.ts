/** How far the log is at head office; asked again whenever the office's status changes, and while something runs. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { OfficeStatus } from '../../contract/ipc.ts';
import { useConnection } from '../connection/connection.tsx';

export const SYNC_KEY = ['sync'] as const;

const RUNNING_MS = 2000;

export function useSyncView(status: OfficeStatus | null) {
  const { service } = useConnection();
  return useQuery({
    queryKey: [...SYNC_KEY, 'state', status?.logSize, status?.unsent, status?.lastContact, status?.lastCountersigned, status?.syncFailure],
    queryFn: ({ signal }) => service.ask((client, options) => client.sync.state(undefined, options), signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.isRunning === true ? RUNNING_MS : false),
  });
}

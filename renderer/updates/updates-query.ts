/** What is active, offered and asked for; asked again whenever what decides has changed, also by itself on its day. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { OfficeStatus } from '../../contract/ipc.ts';
import { useConnection } from '../connection/connection.tsx';

/** Of everything on these pages. */
export const UPDATES_KEY = ['updates'] as const;

const DOWNLOADING_MS = 2000;

export function useUpdateState(status: OfficeStatus | null) {
  const { service } = useConnection();
  return useQuery({
    queryKey: [...UPDATES_KEY, 'state', status?.products, status?.troubles],
    queryFn: ({ signal }) => service.ask((client, options) => client.updates.state(undefined, options), signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.app.state === 'downloading' ? DOWNLOADING_MS : false),
  });
}

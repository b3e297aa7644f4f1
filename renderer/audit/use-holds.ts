/** Records that may not be erased, and putting one on or off that list. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.tsx';
import type { HoldReason } from './hold-reason.tsx';

export function useHolds() {
  const { service } = useConnection();
  return useQuery({
    queryKey: ['audit', 'holds'],
    queryFn: ({ signal }) => service.ask((client, options) => client.audit.holds(undefined, options), signal),
    staleTime: 0,
  });
}

export function useSetHold() {
  const { service } = useConnection();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: { application: string; hold: boolean; reason: HoldReason }) =>
      service.ask((client, options) => client.audit.setHold(request, options)),
    // The log has grown by the entry that says so.
    onSuccess: () => queries.invalidateQueries({ queryKey: ['audit'] }),
  });
}

import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.tsx';

export const ENROLMENT_KEY = ['enrolment'] as const;

/** What this PC is enrolled as; for IT. */
export function useEnrolment(enabled = true) {
  const { service } = useConnection();
  return useQuery({
    queryKey: ENROLMENT_KEY,
    queryFn: ({ signal }) => service.ask((client, options) => client.enrolment.state(undefined, options), signal),
    staleTime: 0,
    enabled,
  });
}

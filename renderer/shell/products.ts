/** The installed products, for labels and choices. */
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.tsx';

export function useProducts() {
  const { service } = useConnection();
  return useQuery({
    queryKey: ['products'],
    queryFn: ({ signal }) => service.ask((client, options) => client.products.list(undefined, options), signal),
  });
}

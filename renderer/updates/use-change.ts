/** What people do about what decides, asked once; afterwards everything here is asked again, also where it failed: somebody else was first, perhaps. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ServiceLine, useConnection } from '../connection/connection.tsx';
import { UPDATES_KEY } from './updates-query.ts';

export type ChangeRequest =
  | { what: 'switch'; product: string; sha256: string }
  | { what: 'roll-back' | 'resume'; product: string }
  | { what: 'suspend'; product: string; reason: string }
  | { what: 'confirm' | 'dismiss'; proposal: number };

/** The number of the entry that says it was done, or of the one that asks a second person. */
export type ChangeAnswer = { done: true; seq: number } | { done: false; proposal: number };

type Client = Parameters<Parameters<ServiceLine['ask']>[0]>[0]['updates'];

async function ask(client: Client, request: ChangeRequest, options: { signal: AbortSignal }): Promise<ChangeAnswer> {
  switch (request.what) {
    case 'switch':
      return await client.switchTo({ product: request.product, sha256: request.sha256 }, options);
    case 'roll-back':
      return await client.rollBack({ product: request.product }, options);
    case 'resume':
      return await client.resume({ product: request.product }, options);
    case 'suspend':
      return { done: true, ...(await client.suspend({ product: request.product, reason: request.reason }, options)) };
    case 'confirm':
      return { done: true, ...(await client.confirm({ proposal: request.proposal }, options)) };
    case 'dismiss':
      return { done: true, ...(await client.dismiss({ proposal: request.proposal }, options)) };
  }
}

export function useChange() {
  const { service } = useConnection();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: ChangeRequest) => service.ask((client, options) => ask(client.updates, request, options)),
    onSettled: () => {
      // Model cards and versions of products follow what is active.
      for (const queryKey of [UPDATES_KEY, ['products'], ['model-card']]) void queries.invalidateQueries({ queryKey });
    },
  });
}

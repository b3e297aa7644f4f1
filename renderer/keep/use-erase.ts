/** Erasing: asked once, then everything that these screens still hold about the applicant is forgotten too. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Erased } from '../../contract/keep-calls.ts';
import { useConnection } from '../connection/connection.tsx';
import { decisionKey } from '../decision/decision-query.ts';
import { reviewsKey } from '../reviews/review-query.ts';
import { DUE_KEY } from './keep-query.ts';

export type Ground = 'subject-request' | 'retention-over';

/** @param seq the decision's number */
export function useErase(seq: number) {
  const { service } = useConnection();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (request: { application: string; ground: Ground }): Promise<Erased> =>
      service.ask((client, options) => client.keep.erase(request, options)),
    onSuccess: () => {
      // A stored decision counts as unchanging and would be shown with its name from memory.
      for (const queryKey of [decisionKey(seq), reviewsKey(seq), ['receipt', seq], ['decisions'], DUE_KEY])
        queries.removeQueries({ queryKey });
    },
  });
}

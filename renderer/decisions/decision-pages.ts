/** Any number of stored decisions, fetched in pages as they come into view. */
import { useQueries } from '@tanstack/react-query';
import type { DecisionFilter, DecisionRow } from '../../contract/decision-list.ts';
import { useConnection } from '../connection/connection.tsx';

/** Rows asked for at a time; the service gives at most 200. */
export const PAGE_ROWS = 100;

export interface Pages {
  /** null before the first answer. */
  total: number | null;
  /** undefined while its page is on the way. */
  rowAt: (index: number) => DecisionRow | undefined;
  error: Error | null;
  retry: () => void;
}

/** @param first,last indices of the rows in view */
export function useDecisionPages(filter: DecisionFilter, first: number, last: number): Pages {
  const { service } = useConnection();
  const [from, to] = [Math.floor(first / PAGE_ROWS), Math.floor(Math.max(last, first) / PAGE_ROWS)];
  const wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const pages = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['decisions', filter, page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        service.ask((client, options) => client.decisions.list({ filter, offset: page * PAGE_ROWS, limit: PAGE_ROWS }, options), signal),
    })),
  });
  const byPage = new Map(wanted.map((page, index) => [page, pages[index]]));
  return {
    total: pages.find((page) => page.data)?.data?.total ?? null,
    rowAt: (index) => byPage.get(Math.floor(index / PAGE_ROWS))?.data?.rows[index % PAGE_ROWS],
    error: pages.find((page) => page.error)?.error ?? null,
    retry: () => {
      for (const page of pages) if (page.error) void page.refetch();
    },
  };
}

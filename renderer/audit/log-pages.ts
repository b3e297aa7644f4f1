/** Any number of the log's rows, fetched in pages as they come into view. */
import { useQueries } from '@tanstack/react-query';
import type { LogFilter, LogRow } from '../../contract/audit.ts';
import { useConnection } from '../connection/connection.tsx';

/** Rows asked for at a time; the service gives at most 200. */
const PAGE_ROWS = 100;

export interface LogPages {
  /** null before the first answer. */
  total: number | null;
  /** undefined while its page is on the way. */
  rowAt: (index: number) => LogRow | undefined;
  error: Error | null;
  retry: () => void;
}

/** @param size of the log that is listed; @param first,last indices of the rows in view */
export function useLogPages(filter: LogFilter, size: number, first: number, last: number): LogPages {
  const { service } = useConnection();
  const [from, to] = [Math.floor(first / PAGE_ROWS), Math.floor(Math.max(last, first) / PAGE_ROWS)];
  const wanted = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const pages = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['audit', 'rows', filter, size, page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        service.ask(
          (client, options) => client.audit.rows({ filter, offset: page * PAGE_ROWS, limit: PAGE_ROWS, upTo: size }, options),
          signal,
        ),
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

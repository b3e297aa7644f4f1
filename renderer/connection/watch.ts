/** Follows a stream of values over a line, again after every new port. */
import { useEffect, useState } from 'react';
import type { Line } from './line.ts';

/** Milliseconds before a stream that broke is opened again while its port is still there. */
const REOPEN_MS = 1000;

type Stream<T> = AsyncIterator<T, unknown, unknown> & AsyncIterable<T, unknown, unknown>;

/** The newest value of a stream; null before the first. `open` must be stable. */
export function useWatched<Client, T>(
  line: Line<Client>,
  open: (client: Client, options: { signal: AbortSignal }) => Promise<Stream<T>>,
): T | null {
  const [value, setValue] = useState<T | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void follow(line, open, setValue, stop.signal);
    return () => stop.abort();
  }, [line, open]);
  return value;
}

async function follow<Client, T>(
  line: Line<Client>,
  open: (client: Client, options: { signal: AbortSignal }) => Promise<Stream<T>>,
  receive: (value: T) => void,
  stop: AbortSignal,
) {
  while (!stop.aborted) {
    try {
      await line.ask(async (client, options) => {
        for await (const value of await open(client, options)) {
          if (stop.aborted) return;
          receive(value);
        }
      }, stop);
    } catch {
      // The line broke: the shell's own state tells the person about it, and this loop opens the stream again.
    }
    if (!stop.aborted) await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
  }
}

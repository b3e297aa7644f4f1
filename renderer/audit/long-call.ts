/** A call that tells its progress: replay and export. */
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { ServiceLine } from '../connection/connection.tsx';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';

interface Progress {
  step: 'progress';
  done: number;
  total: number;
}

export type LongCall<End> =
  | { step: 'idle' }
  | { step: 'running'; done: number; total: number }
  | { step: 'ended'; end: End }
  | { step: 'failed'; failure: Failure };

type Client = Parameters<Parameters<ServiceLine['ask']>[0]>[0];
type Open<End> = (client: Client, options: { signal: AbortSignal }) => Promise<AsyncIterable<Progress | End>>;

/** One at a time: a second start ends the first, and so does leaving the page. */
export function useLongCall<End extends { step: 'report' | 'done' }>(): { state: LongCall<End>; start: (open: Open<End>) => void } {
  const { service } = useConnection();
  const [state, setState] = useState<LongCall<End>>({ step: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function run(open: Open<End>, signal: AbortSignal) {
    setState({ step: 'running', done: 0, total: 0 });
    try {
      await service.ask(async (client, options) => {
        for await (const told of await open(client, options)) {
          if (told.step === 'progress') setState({ step: 'running', done: told.done, total: told.total });
          else setState({ step: 'ended', end: told });
        }
      }, signal);
    } catch (error) {
      if (!signal.aborted) setState({ step: 'failed', failure: failureOf(error) });
    }
  }

  return {
    state,
    start(open) {
      running.current?.abort();
      running.current = new AbortController();
      void run(open, running.current.signal);
    },
  };
}

/** A run of the log's check with its progress. */
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';

export type VerifyState =
  | { step: 'idle' }
  | { step: 'running'; done: number; total: number }
  | { step: 'done'; report: VerifyReport }
  | { step: 'failed'; failure: Failure };

export function useVerify(): { state: VerifyState; start: () => void } {
  const { service } = useConnection();
  const [state, setState] = useState<VerifyState>({ step: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function run(signal: AbortSignal) {
    setState({ step: 'running', done: 0, total: 0 });
    try {
      await service.ask(async (client, options) => {
        for await (const told of await client.log.verify(undefined, options)) {
          setState(
            told.step === 'report' ? { step: 'done', report: told.report } : { step: 'running', done: told.done, total: told.total },
          );
        }
      }, signal);
    } catch (error) {
      if (!signal.aborted) setState({ step: 'failed', failure: failureOf(error) });
    }
  }

  return {
    state,
    start() {
      running.current?.abort();
      running.current = new AbortController();
      void run(running.current.signal);
    },
  };
}

/** A look at the repository, or at a stick with the same in it, step by step. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { UpdateProgress } from '../../contract/update-calls.ts';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';
import { UPDATES_KEY } from './updates-query.ts';

export type Check =
  | { step: 'idle' }
  | Exclude<UpdateProgress, { step: 'done' }>
  /** With the targets that were fetched. */
  | { step: 'done'; fetched: number }
  | { step: 'failed'; failure: Failure };

/** One at a time; leaving the page ends it, and the next one goes on where it stopped. */
export function useCheck() {
  const { service } = useConnection();
  const queries = useQueryClient();
  const [check, setCheck] = useState<Check>({ step: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  /** @param folder the stick's; null: the repository that is set */
  async function run(folder: string | null, signal: AbortSignal) {
    setCheck({ step: 'refresh' });
    const fetched = new Set<string>();
    try {
      await service.ask(async ({ updates }, options) => {
        const steps = folder === null ? updates.check(undefined, options) : updates.checkFolder({ folder }, options);
        for await (const told of await steps) {
          if (told.step === 'download') fetched.add(told.target);
          setCheck(told.step === 'done' ? { step: 'done', fetched: fetched.size } : told);
        }
      }, signal);
    } catch (error) {
      if (!signal.aborted) setCheck({ step: 'failed', failure: failureOf(error) });
    } finally {
      for (const queryKey of [UPDATES_KEY, ['products'], ['model-card']]) void queries.invalidateQueries({ queryKey });
    }
  }

  return {
    check,
    fail: (failure: Failure) => setCheck({ step: 'failed', failure }),
    start(folder: string | null) {
      running.current?.abort();
      running.current = new AbortController();
      void run(folder, running.current.signal);
    },
    stop() {
      running.current?.abort();
      setCheck({ step: 'idle' });
    },
  };
}

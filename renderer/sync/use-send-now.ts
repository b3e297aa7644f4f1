/** Sending now, step by step. Leaving the page stops watching, not the sending. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { SyncProgress } from '../../contract/sync-calls.ts';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';
import { SYNC_KEY } from './sync-query.ts';

export type Sending = { step: 'idle' } | { step: 'asking' } | SyncProgress | { step: 'failed'; failure: Failure };

export function useSendNow() {
  const { service } = useConnection();
  const queries = useQueryClient();
  const [sending, setSending] = useState<Sending>({ step: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function send(signal: AbortSignal) {
    setSending({ step: 'asking' });
    try {
      await service.ask(async ({ sync }, options) => {
        for await (const told of await sync.now(undefined, options)) setSending(told);
      }, signal);
    } catch (error) {
      if (!signal.aborted) setSending({ step: 'failed', failure: failureOf(error) });
    } finally {
      void queries.invalidateQueries({ queryKey: SYNC_KEY });
    }
  }

  return {
    sending,
    isRunning: !['idle', 'done', 'failed'].includes(sending.step),
    start() {
      running.current?.abort();
      running.current = new AbortController();
      void send(running.current.signal);
    },
  };
}

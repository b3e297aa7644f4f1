/** Keeps a draft of what is typed in the service's encrypted store, so that a crash costs at most the last moment. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Draft } from '../../contract/application.ts';
import type { ServiceLine } from '../connection/connection.tsx';
import type { Typed } from './understand.ts';

/** Milliseconds of rest before a draft is saved. */
export const DRAFT_REST_MS = 250;
/** Milliseconds before a draft that could not be saved is tried again. */
const RETRY_MS = 2000;

export type DraftState =
  | { state: 'untouched' }
  | { state: 'saving' }
  | { state: 'saved'; at: number }
  /** Not on disk yet: kept here and tried again until it is. */
  | { state: 'unsaved' };

export interface DraftKeeper {
  state: DraftState;
  keep: (typed: Typed) => void;
  /** Waits for a save under way and drops what was not begun: the application has been decided, or is cleared. */
  stop: () => Promise<void>;
}

/** @param begun the application that the draft belongs to; a new object starts a new draft */
export function useDraftKeeper(
  service: ServiceLine,
  begun: { applicationId: string; product: string },
  restoredAt: number | null,
): DraftKeeper {
  const [state, setState] = useState<DraftState>(restoredAt === null ? { state: 'untouched' } : { state: 'saved', at: restoredAt });
  const pending = useRef<Draft | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const saving = useRef<Promise<void>>(Promise.resolve());
  const { applicationId, product } = begun;

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const draft = pending.current;
    if (!draft) return;
    pending.current = null;
    // One at a time and in order: an older draft must not overwrite a newer one.
    saving.current = saving.current.then(async () => {
      try {
        await service.ask((client, options) => client.drafts.save(draft, options));
        if (!pending.current) setState({ state: 'saved', at: draft.changedAt });
      } catch {
        // Told on the screen by `unsaved`; newer typing wins over this try.
        pending.current ??= draft;
        setState({ state: 'unsaved' });
        timer.current = setTimeout(flush, RETRY_MS);
      }
    });
  }, [service]);

  const keep = useCallback(
    (typed: Typed) => {
      pending.current = { applicationId, product, typed, changedAt: Date.now() };
      setState({ state: 'saving' });
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, DRAFT_REST_MS);
    },
    [applicationId, product, flush],
  );

  const stop = useCallback(async () => {
    clearTimeout(timer.current);
    pending.current = null;
    await saving.current;
    clearTimeout(timer.current);
    pending.current = null;
  }, []);

  useEffect(() => {
    const leaving = () => flush();
    window.addEventListener('pagehide', leaving);
    return () => {
      window.removeEventListener('pagehide', leaving);
      flush();
    };
  }, [flush]);

  return { state, keep, stop };
}

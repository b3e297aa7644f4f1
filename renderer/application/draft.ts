/** Keeps a draft of what is typed in the service's encrypted store, so that a crash costs at most the last moment. */
import { useCallback, useEffect, useMemo, useState } from 'react';
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

interface Saver {
  keep: (draft: Draft) => void;
  /** Saves now what is waiting for its rest. */
  flush: () => void;
  stop: () => Promise<void>;
}

/** Saves the newest draft after a rest, one save at a time and in order: an older draft must not overwrite a newer one. */
function openSaver(service: ServiceLine, tell: (state: DraftState) => void): Saver {
  let pending: Draft | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saving: Promise<void> = Promise.resolve();

  async function save(draft: Draft) {
    try {
      await service.ask((client, options) => client.drafts.save(draft, options));
      if (!pending) tell({ state: 'saved', at: draft.changedAt });
    } catch {
      // Told on the screen by `unsaved`; newer typing wins over this try.
      pending ??= draft;
      tell({ state: 'unsaved' });
      timer = setTimeout(flush, RETRY_MS);
    }
  }

  function flush() {
    clearTimeout(timer);
    const draft = pending;
    if (!draft) return;
    pending = null;
    saving = saving.then(() => save(draft));
  }

  function drop() {
    clearTimeout(timer);
    pending = null;
  }

  return {
    flush,
    keep(draft) {
      pending = draft;
      tell({ state: 'saving' });
      clearTimeout(timer);
      timer = setTimeout(flush, DRAFT_REST_MS);
    },
    async stop() {
      drop();
      await saving;
      drop();
    },
  };
}

/** @param begun the application that the draft belongs to */
export function useDraftKeeper(
  service: ServiceLine,
  begun: { applicationId: string; product: string },
  restoredAt: number | null,
): DraftKeeper {
  const [state, setState] = useState<DraftState>(restoredAt === null ? { state: 'untouched' } : { state: 'saved', at: restoredAt });
  const saver = useMemo(() => openSaver(service, setState), [service]);
  const { applicationId, product } = begun;
  const keep = useCallback(
    (typed: Typed) => saver.keep({ applicationId, product, typed, changedAt: Date.now() }),
    [saver, applicationId, product],
  );
  useEffect(() => {
    const { flush } = saver;
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [saver]);
  return { state, keep, stop: saver.stop };
}

/** Who is at work, as the service last told. The token lives here and nowhere else: closing the window forgets it. */
import type { Session } from '../../contract/people.ts';

/** Somebody who came in: at work, behind a locked screen, or about to choose a passphrase. */
export type Present = Extract<Session, { account: string }>;

export interface SessionStore {
  /** null before the service has told for the first time. */
  get(): Session | null;
  receive(session: Session): void;
  subscribe(listener: () => void): () => void;
}

export function openSessionStore(): SessionStore {
  let now: Session | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => now,
    receive(session) {
      if (JSON.stringify(session) === JSON.stringify(now)) return;
      now = session;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** null: nobody came in, or nothing is known yet. */
export function presentIn(session: Session | null): Present | null {
  return session !== null && 'account' in session ? session : null;
}

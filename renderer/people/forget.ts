/** What a person saw is forgotten when they leave: the next one at this screen starts from nothing. */
import type { QueryClient } from '@tanstack/react-query';
import { presentIn, type SessionStore } from '../connection/session-store.ts';

/** @param goHome called when somebody has gone: the page that they left open is not the next one's. @returns the way to stop */
export function forgetOnLeave(session: SessionStore, queries: QueryClient, goHome: () => void): () => void {
  let [isOpen, person] = [false, presentIn(session.get())?.account ?? null];
  return session.subscribe(() => {
    const now = session.get();
    const isStillOpen = now?.state === 'signed-in';
    const present = presentIn(now)?.account ?? null;
    if (isOpen && (!isStillOpen || present !== person)) queries.clear();
    if (person !== null && present !== person) goHome();
    [isOpen, person] = [isStillOpen, present];
  });
}

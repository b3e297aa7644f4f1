/** Who is at work, for every page behind the door. */
import type { ContractRouterClient } from '@orpc/contract';
import { createContext, type ReactNode, use, useEffect, useSyncExternalStore } from 'react';
import type { serviceContract } from '../../contract/ipc.ts';
import type { Permission, Session } from '../../contract/people.ts';
import { useConnection } from '../connection/connection.tsx';
import type { Present } from '../connection/session-store.ts';
import { useWatched } from '../connection/watch.ts';

interface AtWork {
  present: Present;
  /** Hides everything at once, and tells the service. */
  lock: () => void;
}

const AtWorkContext = createContext<AtWork | null>(null);

export function AtWorkProvider({ present, lock, children }: AtWork & { children: ReactNode }) {
  return <AtWorkContext value={{ present, lock }}>{children}</AtWorkContext>;
}

export function useAtWork(): AtWork {
  const atWork = use(AtWorkContext);
  if (!atWork) throw new Error('useAtWork in front of the door');
  return atWork;
}

/** Whether the person at work has any of these permissions: for what is offered. The service asks again. */
export function useMay(...anyOf: Permission[]): boolean {
  const { present } = useAtWork();
  return anyOf.some((permission) => present.permissions.includes(permission));
}

const openSession = (client: ContractRouterClient<typeof serviceContract>, options: { signal: AbortSignal }) =>
  client.door.watch(undefined, options);

/** The session now and at every change; null before the service told. */
export function useSession(): Session | null {
  const { service, session } = useConnection();
  const told = useWatched(service, openSession);
  useEffect(() => {
    if (told) session.receive(told);
  }, [told, session]);
  return useSyncExternalStore(session.subscribe, session.get);
}

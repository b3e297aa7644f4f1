/** Gives every screen the lines to the service and to the shell. */
import { createContext, type ReactNode, use } from 'react';
import type { serviceContract } from '../../contract/ipc.ts';
import type { nativeContract } from '../../contract/native.ts';
import { openLine } from './line.ts';
import { openSessionStore, presentIn, type SessionStore } from './session-store.ts';

type LineOf<Contract extends typeof serviceContract | typeof nativeContract> = ReturnType<typeof openLine<Contract>>;

export interface Connection {
  service: LineOf<typeof serviceContract>;
  native: LineOf<typeof nativeContract>;
  session: SessionStore;
}
export type ServiceLine = Connection['service'];

export function openConnection(): Connection {
  const session = openSessionStore();
  // After a restart of the service whoever was at work goes on: before anything else is asked, or it would be refused.
  const service = openLine<typeof serviceContract>(async (client, options) => {
    const present = presentIn(session.get());
    if (present) session.receive(await client.door.resume({ token: present.token }, options));
  });
  return { service, native: openLine<typeof nativeContract>(), session };
}

const ConnectionContext = createContext<Connection | null>(null);

export function ConnectionProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (!connection) throw new Error('useConnection outside of ConnectionProvider');
  return connection;
}

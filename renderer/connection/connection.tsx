/** Gives every screen the lines to the service and to the shell. */
import { createContext, type ReactNode, use } from 'react';
import type { serviceContract } from '../../contract/ipc.ts';
import type { nativeContract } from '../../contract/native.ts';
import { openLine } from './line.ts';

type LineOf<Contract extends typeof serviceContract | typeof nativeContract> = ReturnType<typeof openLine<Contract>>;

export interface Connection {
  service: LineOf<typeof serviceContract>;
  native: LineOf<typeof nativeContract>;
}
export type ServiceLine = Connection['service'];

export function openConnection(): Connection {
  return { service: openLine<typeof serviceContract>(), native: openLine<typeof nativeContract>() };
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

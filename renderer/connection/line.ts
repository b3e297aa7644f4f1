/** A line to the other side of a port: survives the port's replacement, and ends the calls that were under way on the old one. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract';
import { toFailed } from './failed-call.ts';

/** How long a call waits for the first port, in milliseconds; the shell says sooner if the service cannot start. */
const PORT_WAIT_MS = 20_000;

interface Connected<Client> {
  client: Client;
  gone: AbortController;
  port: MessagePort;
  /** Resolves when the port has been greeted; never rejects. */
  greeted: Promise<void>;
}

/** The first thing that is said over every new port; everything else waits for its answer. */
export type Greet<Client> = (client: Client, options: { signal: AbortSignal }) => Promise<void>;

/** Asks one thing; the call must pass `signal` on. */
export type Ask<Client> = <T>(call: (client: Client, options: { signal: AbortSignal }) => Promise<T>, signal?: AbortSignal) => Promise<T>;

export interface Line<Client> {
  /** Takes a new port; the one before is dead and its calls fail as `service-unavailable`. */
  connect(port: MessagePort): void;
  /** Ends the calls under way; later ones wait for the next port. */
  disconnect(): void;
  /** Rejects with `Failed` for every expected failure. Waits for a port when there is none. */
  ask: Ask<Client>;
  /** Called after every new port; returns the way to stop. */
  onConnect(listener: () => void): () => void;
}

export function openLine<Contract extends AnyContractRouter>(
  greet?: Greet<ContractRouterClient<Contract>>,
): Line<ContractRouterClient<Contract>> {
  type Client = ContractRouterClient<Contract>;
  let current: Connected<Client> | null = null;
  let waiting: ((connected: Connected<Client>) => void)[] = [];
  const listeners = new Set<() => void>();

  function disconnect() {
    current?.gone.abort();
    current?.port.close();
    current = null;
  }

  function connect(port: MessagePort) {
    disconnect();
    const client: Client = createORPCClient(new RPCLink({ port }));
    const gone = new AbortController();
    const connected: Connected<Client> = { client, gone, port, greeted: Promise.resolve() };
    current = connected;
    // A service that dies closes its end before a new port arrives: calls fail now and not after a timeout.
    port.addEventListener('close', () => {
      if (current === connected) disconnect();
    });
    port.start();
    if (greet)
      connected.greeted = greet(client, { signal: gone.signal }).catch(() => {
        // What was to be said first failed: the calls that wait for it meet the same trouble and tell it to whoever asked them.
      });
    for (const resume of waiting.splice(0)) resume(connected);
    for (const listener of listeners) listener();
  }

  async function connected(signal: AbortSignal | undefined): Promise<Connected<Client>> {
    if (current) return current;
    const giveUp = AbortSignal.any([AbortSignal.timeout(PORT_WAIT_MS), ...(signal ? [signal] : [])]);
    return new Promise((resolve, reject) => {
      waiting.push(resolve);
      giveUp.addEventListener('abort', () => {
        waiting = waiting.filter((other) => other !== resolve);
        reject(signal?.aborted ? signal.reason : toFailed(giveUp.reason));
      });
    });
  }

  const ask: Ask<Client> = async (call, signal) => {
    const { client, gone, greeted } = await connected(signal);
    const ended = rejectOnAbort(gone.signal);
    try {
      const options = { signal: signal ? AbortSignal.any([gone.signal, signal]) : gone.signal };
      return await Promise.race([greeted.then(() => call(client, options)), ended.rejected]);
    } catch (error) {
      // The caller's own cancellation is no failure.
      if (signal?.aborted) throw error;
      throw toFailed(error);
    } finally {
      ended.forget();
    }
  };

  return {
    connect,
    disconnect,
    ask,
    onConnect(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A promise that rejects when `signal` aborts: a call over a dead port would otherwise wait for ever. */
function rejectOnAbort(signal: AbortSignal): { rejected: Promise<never>; forget: () => void } {
  let forget = () => {};
  const rejected = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    forget = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  rejected.catch(() => {
    // Handled through the race; this only keeps a late rejection from being reported as unhandled.
  });
  return { rejected, forget };
}

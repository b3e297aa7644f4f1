/** A try to come in, and the wait that a failed one costs. Which of account and passphrase was wrong is told to nobody. */
import { useEffect, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';

interface Refusal {
  account: string;
  failure: Failure;
  /** When the service will look at another try, on the clock that nobody sets. */
  until: number;
}

export interface Try {
  /** @returns whether the person is in */
  signIn: (account: string, passphrase: string) => Promise<boolean>;
  busy: boolean;
  refused: { failure: Failure; account: string } | null;
  /** Seconds until the next try under this name is looked at; 0: now. */
  waitOf: (account: string) => number;
}

export function useTry(): Try {
  const { service, session } = useConnection();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [now, setNow] = useState(0);
  const until = refusal?.until ?? 0;
  useEffect(() => {
    if (until <= performance.now()) return;
    const timer = setInterval(() => {
      setNow(performance.now());
      if (performance.now() >= until) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [until]);

  async function signIn(account: string, passphrase: string): Promise<boolean> {
    setBusy(true);
    try {
      session.receive(await service.ask((client, options) => client.door.signIn({ account, passphrase }, options)));
      setRefusal(null);
      return true;
    } catch (error) {
      const failure = failureOf(error);
      const at = performance.now();
      const wait = Number(failure.facts.waitSeconds ?? 0);
      setNow(at);
      setRefusal({ account, failure, until: at + wait * 1000 });
      return false;
    } finally {
      setBusy(false);
    }
  }

  return {
    signIn,
    busy,
    refused: refusal,
    waitOf: (account) => (refusal && refusal.account === account ? Math.max(0, Math.ceil((refusal.until - now) / 1000)) : 0),
  };
}

/**
 * Restoring from a backup. The service restarts with what it restored, and only the door of the new one opens: a sign-in page before that would
 * vanish under whoever types. Where the answer is lost on the way, the door is asked.
 */
import { useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { Session } from '../../contract/people.ts';
import { type ServiceLine, useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';

export function useRestore() {
  const { service, native, session } = useConnection();
  const [file, setFile] = useState<string | null>(null);
  const [step, setStep] = useState<'idle' | 'restoring' | 'restarting'>('idle');
  const [failure, setFailure] = useState<Failure | null>(null);

  async function chooseFile() {
    setFailure(null);
    try {
      const chosen = await native.ask((client, options) => client.chooseBackup(undefined, options));
      if (chosen.file !== null) setFile(chosen.file);
    } catch (error) {
      setFailure(failureOf(error));
    }
  }

  async function restore(from: string, recoveryKey: string) {
    setStep('restoring');
    setFailure(null);
    try {
      await service.ask((client, options) => client.keep.restore({ file: from, recoveryKey }, options));
      setStep('restarting');
    } catch (error) {
      const told = failureOf(error);
      const now = told.kind === 'service-unavailable' ? await askWhoIsThere(service) : null;
      if (now !== null && now.state !== 'first-use') return session.receive(now);
      setFailure(told);
      setStep('idle');
    }
  }

  return { file, chooseFile, restore, step, failure };
}

/** As the door is after the restart; null: the service did not come back in time. */
async function askWhoIsThere(service: ServiceLine): Promise<Session | null> {
  try {
    return await service.ask(async (client, options) => {
      for await (const now of await client.door.watch(undefined, options)) return now;
      return null;
    });
  } catch {
    // The gate tells what is the matter with the service.
    return null;
  }
}

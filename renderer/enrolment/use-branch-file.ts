/** Enrolling with a branch file: what it says first, then, once a person has compared the key, the enrolment. */
import { useState } from 'react';
import type { BranchFileSource, BranchFileView, EnrolmentResult } from '../../contract/enrolment-calls.ts';
import type { Failure } from '../../contract/failure.ts';
import { useConnection } from '../connection/connection.tsx';
import { failureOf } from '../shell/failure-note.tsx';

export type When = 'first start' | 'at work';

export function useBranchFile(when: When, enrolled: (result: EnrolmentResult) => void) {
  const { service, native } = useConnection();
  const [opened, setOpened] = useState<{ source: BranchFileSource; view: BranchFileView } | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isFirst = when === 'first start';

  async function trying(work: () => Promise<void>) {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  }

  const read = (source: BranchFileSource) =>
    trying(async () => {
      const view = await service.ask((client, options) =>
        isFirst ? client.enrolment.readFirst(source, options) : client.enrolment.read(source, options),
      );
      setOpened({ source, view });
    });

  return {
    view: opened?.view ?? null,
    busy,
    failure,
    readText: (text: string) => read({ text }),
    async chooseFile() {
      let path: string | null = null;
      await trying(async () => {
        path = (await native.ask((client, options) => client.chooseBranchFile(undefined, options))).file;
      });
      if (path !== null) await read({ path });
    },
    forget() {
      setOpened(null);
      setFailure(null);
    },
    /** @param fingerprint as it was compared; null where the key is pinned */
    enrol: (fingerprint: string | null) =>
      trying(async () => {
        if (opened === null) return;
        const request = { source: opened.source, fingerprint };
        enrolled(
          await service.ask((client, options) =>
            isFirst ? client.enrolment.enrolFirst(request, options) : client.enrolment.enrol(request, options),
          ),
        );
      }),
  };
}

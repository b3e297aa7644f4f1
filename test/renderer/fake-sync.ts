/** Head office, as the fake office has it. */
import { implement } from '@orpc/server';
import type { Failure } from '../../contract/failure.ts';
import { serviceContract } from '../../contract/ipc.ts';
import type { SyncView } from '../../contract/sync-calls.ts';

export class FakeSync {
  view: SyncView = {
    headOffice: null,
    logSize: 57,
    unsent: 57,
    lastCountersigned: null,
    witnessed: 0,
    lastContact: null,
    lastTry: null,
    failure: null,
    stopped: null,
    isRunning: false,
    settings: { bytesPerSecond: null, metered: 'send', isMetered: false },
  };
  /** What a try comes to; null: everything is countersigned. */
  fails: Failure | null = null;
  readonly folders: string[] = [];
}

export function syncCallsOf(sync: FakeSync) {
  const os = implement(serviceContract).sync;
  return {
    state: os.state.handler(() => sync.view),
    now: os.now.handler(async function* () {
      const { logSize } = sync.view;
      yield { step: 'sending' as const, from: logSize - sync.view.unsent, to: logSize, done: 100, total: 200 };
      if (sync.fails === null) sync.view = { ...sync.view, unsent: 0, lastCountersigned: logSize - 1, failure: null, stopped: null };
      else sync.view = { ...sync.view, failure: sync.fails };
      yield { step: 'done' as const, view: sync.view };
    }),
    set: os.set.handler(({ input }) => {
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      sync.view = { ...sync.view, settings: { ...sync.view.settings, ...given } };
      return sync.view;
    }),
    exportStick: os.exportStick.handler(({ input }) => {
      sync.folders.push(input.folder);
      const { logSize, unsent } = sync.view;
      return { from: logSize - unsent, to: logSize, entries: unsent, files: 1, bytes: 20_000 };
    }),
    importStick: os.importStick.handler(({ input }) => {
      sync.folders.push(input.folder);
      const before = sync.view.lastCountersigned === null ? 0 : sync.view.lastCountersigned + 1;
      sync.view = { ...sync.view, unsent: 0, lastCountersigned: sync.view.logSize - 1 };
      return { replies: [{ file: 'reply.age', outcome: 'taken' as const }], before, acked: sync.view.logSize, deliveries: 0, refused: [] };
    }),
  };
}

/** What the screens and the command line are told of sync, and what they may ask of it. */
import { Failed } from '../../contract/failure.ts';
import type { StickExported, StickImported, SyncProgress, SyncView } from '../../contract/sync-calls.ts';
import { lastCountersigned } from '../../db/countersigned.ts';
import type { Reader } from '../../db/handle.ts';
import { getLogState } from '../../db/log-entries.ts';
import type { Branch } from '../branch.ts';
import { enrolledAt } from '../enrolment/device.ts';
import { SyncClient } from './sync-client.ts';
import type { SyncDeps, SyncStep } from './sync-deps.ts';
import { syncFailure } from './sync-failures.ts';
import { keepSyncSettings, type SyncSettings, syncSettings } from './sync-settings.ts';
import { syncState, unsentOf } from './sync-state.ts';

/** Sync as a running program has it; injected by its shell. */
export interface SyncAccess {
  view(branch: Branch): SyncView;
  /** Steps until everything is acknowledged, or this try has failed; the last step has the state. */
  now(branch: Branch, signal: AbortSignal): AsyncGenerator<SyncProgress, void, void>;
  set(branch: Branch, change: Partial<SyncSettings>): SyncView;
  exportStick(branch: Branch, folder: string, signal: AbortSignal): Promise<StickExported>;
  importStick(branch: Branch, folder: string): Promise<StickImported>;
}

/** How far head office is, by what this folder remembers. @param isRunning whether a try is under way */
export function viewOf(db: Reader, isRunning = false): SyncView {
  const state = syncState(db);
  const { size } = getLogState(db);
  const place = enrolledAt(db);
  return {
    headOffice: place === null ? null : { name: place.headOffice.name, url: place.headOffice.url, isPending: place.pending !== null },
    logSize: size,
    unsent: unsentOf(state, size),
    lastCountersigned: state.acked === null ? null : state.acked.size - 1,
    witnessed: lastCountersigned(db)?.size ?? 0,
    lastContact: state.lastContact,
    lastTry: state.lastTry,
    failure: state.failure,
    stopped: state.stopped,
    isRunning,
    settings: syncSettings(db),
  };
}

export class RunningSync implements SyncAccess {
  readonly client: SyncClient;
  readonly #deps: SyncDeps;
  readonly #listeners = new Set<(step: SyncStep) => void>();

  constructor(branch: Branch, deps: SyncDeps, hasLink: () => boolean) {
    this.#deps = {
      ...deps,
      onStep: (step) => {
        for (const listener of this.#listeners) listener(step);
      },
    };
    this.client = new SyncClient({ branch, deps: this.#deps, hasLink });
  }

  view(branch: Branch): SyncView {
    return viewOf(branch.log.db, this.client.isRunning);
  }

  set(branch: Branch, change: Partial<SyncSettings>): SyncView {
    keepSyncSettings(branch.log.db, change);
    branch.tellChange();
    return this.view(branch);
  }

  /** Steps that nobody takes in time are left out but for the last. A page that goes away stops watching, not the sending. */
  async *now(branch: Branch, signal: AbortSignal): AsyncGenerator<SyncProgress, void, void> {
    let latest: SyncStep | null = null;
    let isDone = false;
    let wake = (): void => {};
    const listener = (step: SyncStep) => {
      latest = step;
      wake();
    };
    const stop = () => wake();
    this.#listeners.add(listener);
    signal.addEventListener('abort', stop);
    const trying = this.client.now().finally(() => {
      isDone = true;
      wake();
    });
    trying.catch(() => undefined);
    try {
      while (!signal.aborted) {
        const step = latest as SyncStep | null;
        latest = null;
        if (step !== null) yield step;
        else if (isDone) break;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#listeners.delete(listener);
      signal.removeEventListener('abort', stop);
    }
    if (signal.aborted) return;
    await trying;
    yield { step: 'done', view: this.view(branch) };
  }

  async exportStick(branch: Branch, folder: string, signal: AbortSignal): Promise<StickExported> {
    const { exportToStick } = await import('./stick/export-to-stick.ts');
    return await exportToStick(branch, this.#deps, folder, signal);
  }

  async importStick(branch: Branch, folder: string): Promise<StickImported> {
    const { importFromStick } = await import('./stick/import-from-stick.ts');
    return await importFromStick(branch, this.#deps, folder);
  }
}

/** For a program that sends nothing: the state can be seen. */
export function noSync(): SyncAccess {
  const refuse = (): never => {
    throw new Failed(syncFailure('not-enrolled'));
  };
  return {
    view: (branch) => viewOf(branch.log.db),
    now: refuse,
    set: refuse,
    exportStick: refuse,
    importStick: refuse,
  };
}

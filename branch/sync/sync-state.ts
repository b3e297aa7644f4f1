/**
 * What this branch knows of head office: how far it has countersigned this log, what it holds now, and how the last tries went. There is no list of what is
 * to be sent: that is the log from here on.
 */
import type { Failure } from '../../contract/failure.ts';
import type { Reader, Writer } from '../../db/handle.ts';
import { getSetting, putSettings } from '../../db/settings.ts';

export interface SyncState {
  /** Whose word all of this is: key of head office's witness. What another said is forgotten. */
  of: string | null;
  /** The largest checkpoint with head office's valid line under it; null before the first. */
  acked: { size: number; note: string } | null;
  /** Entries that head office said to hold when it was last heard: less than `acked` where it was restored from a backup. From here on is sent. */
  held: number;
  /** Origin of the log that head office knows; null: none yet. */
  registered: string | null;
  /** RFC 3339, the PC's clock. */
  lastContact: string | null;
  lastTry: string | null;
  /** Of the last try; null: it went well. */
  failure: Failure | null;
  /** Why nothing is sent any more until a person says so; a later try that cannot even reach head office does not lift it. */
  stopped: Failure | null;
  /** Number of the last delivery that waits at head office, as it said. */
  deliveries: number;
  /** The last delivery taken in, of the log of `registered`. */
  delivered: number;
  /** Head office was found behind `acked`, and that has its entry. */
  wasBehind: boolean;
  /** Sizes that further witnesses have cosigned, by `vkey origin`. */
  witnesses: Record<string, number>;
}

const NEW: SyncState = {
  of: null,
  acked: null,
  held: 0,
  registered: null,
  lastContact: null,
  lastTry: null,
  failure: null,
  stopped: null,
  deliveries: 0,
  delivered: 0,
  wasBehind: false,
  witnesses: {},
};

export function syncState(reader: Reader): SyncState {
  const text = getSetting(reader, 'sync.state');
  return text === null ? NEW : { ...NEW, ...(JSON.parse(text) as Partial<SyncState>) };
}

/** Together with whatever else the transaction does that it is called in. */
export function changeSyncState(writer: Writer, change: Partial<SyncState>): SyncState {
  const state = { ...syncState(writer), ...change };
  putSettings(writer, { 'sync.state': JSON.stringify(state) });
  return state;
}

/** Forgets what another head office said. */
export function beginWith(writer: Writer, of: string): void {
  const { of: before } = syncState(writer);
  if (before !== of) changeSyncState(writer, before === null ? { of } : { ...NEW, of });
}

/** Entries of a log of this size that head office is not known to hold. */
export function unsentOf({ held, acked }: SyncState, logSize: number): number {
  return Math.max(0, logSize - Math.min(held, acked?.size ?? 0));
}

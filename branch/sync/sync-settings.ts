/** What sync may take of the line: as the branch file says, until IT says otherwise. */
import { Failed } from '../../contract/failure.ts';
import type { Reader, Writer } from '../../db/handle.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { enrolledAt } from '../enrolment/device.ts';

export interface SyncSettings {
  /** null: all of it. */
  bytesPerSecond: number | null;
  /** On a line that costs by the byte: send all the same, or wait until somebody says so. */
  metered: 'send' | 'wait';
  /** Whether the line costs by the byte now. A person says so: no program can tell on every system. */
  isMetered: boolean;
}

/** Less would not finish a part in any time that a person waits for. */
export const LEAST_BYTES_PER_SECOND = 500;

const DEFAULTS: SyncSettings = { bytesPerSecond: null, metered: 'send', isMetered: false };

export function syncSettings(reader: Reader): SyncSettings {
  const text = getSetting(reader, 'sync.settings');
  return { ...DEFAULTS, ...enrolledAt(reader)?.settings, ...(text === null ? {} : (JSON.parse(text) as Partial<SyncSettings>)) };
}

/** @throws Failed `usage` */
export function keepSyncSettings(writer: Writer, change: Partial<SyncSettings>): SyncSettings {
  const settings = { ...syncSettings(writer), ...change };
  const { bytesPerSecond } = settings;
  if (bytesPerSecond !== null && !(Number.isSafeInteger(bytesPerSecond) && bytesPerSecond >= LEAST_BYTES_PER_SECOND))
    throw new Failed({
      kind: 'usage',
      happened: `${bytesPerSecond} is no limit of the line.`,
      safe: 'Nothing was changed.',
      next: `Give a whole number of bytes per second, at least ${LEAST_BYTES_PER_SECOND}.`,
      facts: { least: LEAST_BYTES_PER_SECOND },
    });
  putSettings(writer, { 'sync.settings': JSON.stringify(settings) });
  return settings;
}

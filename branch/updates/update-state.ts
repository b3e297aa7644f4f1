/** What the branch remembers of updates beside the chain itself: where the repository is, what the last check found, which refusals it has told. */
import type { Failure } from '../../contract/failure.ts';
import type { Localised } from '../../contract/localised.ts';
import type { WaitingRelease } from '../../contract/update-calls.ts';
import type { Reader, Writer } from '../../db/handle.ts';
import { dropSetting, getSetting, putSettings } from '../../db/settings.ts';

export interface LastCheck {
  /** RFC 3339, the PC's clock. */
  at: string;
  /** What went wrong; null: nothing. */
  failure: Failure | null;
  /** Releases that reach this branch and are not here yet. Those that wait for their day are told by branch/activation. */
  waiting: WaitingRelease[];
  app: { version: string; notes: Localised; bytes: number } | null;
}

/** What the last check found; null: there was none. */
export function lastCheck(reader: Reader): LastCheck | null {
  const text = getSetting(reader, 'updates.checked');
  return text === null ? null : (JSON.parse(text) as LastCheck);
}

export function keepCheck(writer: Writer, check: LastCheck): void {
  putSettings(writer, { 'updates.checked': JSON.stringify(check) });
}

/** Causes of refusals that have an entry already. */
export function toldCauses(reader: Reader): string[] {
  return JSON.parse(getSetting(reader, 'updates.refused') ?? '[]') as string[];
}

export function keepToldCauses(writer: Writer, causes: readonly string[]): void {
  putSettings(writer, { 'updates.refused': JSON.stringify(causes) });
}

export interface UpdatePlace {
  /** URL or folder; null: none is set. */
  repository: string | null;
  /** By which rollouts may name this branch. */
  tags: string[];
  /** What updates may take of the line; null: all of it. */
  bytesPerSecond: number | null;
}

/** Where updates come from, and what they may cost. */
export function updatePlace(reader: Reader): UpdatePlace {
  const limit = getSetting(reader, 'updates.line-limit');
  return {
    repository: getSetting(reader, 'updates.repository'),
    tags: JSON.parse(getSetting(reader, 'updates.tags') ?? '[]') as string[],
    bytesPerSecond: limit === null ? null : Number(limit),
  };
}

export function keepUpdatePlace(
  writer: Writer,
  { repository, tags, bytesPerSecond = null }: { repository: string; tags: readonly string[]; bytesPerSecond?: number | null },
): void {
  putSettings(writer, { 'updates.repository': repository, 'updates.tags': JSON.stringify(tags) });
  if (bytesPerSecond === null) dropSetting(writer, 'updates.line-limit');
  else putSettings(writer, { 'updates.line-limit': String(bytesPerSecond) });
}

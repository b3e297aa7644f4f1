/** What this program found out about an artefact of this PC, so that the next start need not find it out again. */
import { Failed } from '../contract/failure.ts';
import type { Writer } from '../db/handle.ts';
import { getSetting, putSettings, type SettingKey } from '../db/settings.ts';
import { codeVersions } from './versions.ts';

type FindingKey = Extract<SettingKey, 'checks.passed' | `model.plan.${string}`>;

/** A finding holds for the very versions that made it. */
const madeBy = `${JSON.stringify(codeVersions)}\n`;

/** The finding; null where there is none, or one of other versions. It lies in the encrypted database, whose every page is authenticated. */
export function findingOf(writer: Writer, key: FindingKey): string | null {
  const kept = getSetting(writer, key);
  return kept?.startsWith(madeBy) === true ? kept.slice(madeBy.length) : null;
}

/** Durable when it returns, unless the disk is full: a start does not fail for want of a shortcut. */
export function keepFinding(writer: Writer, key: FindingKey, finding: string): void {
  try {
    putSettings(writer, { [key]: madeBy + finding });
  } catch (error) {
    if (!(error instanceof Failed && error.failure.kind === 'disk-full')) throw error;
  }
}

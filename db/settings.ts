/** The branch's own few values by name. The log's secret key is among them: the database is encrypted. */
import { inTransaction, type Reader, statement, type Writer, withDatabase } from './handle.ts';

/** `model.plan.<sha256>` and `checks.passed` are what branch/keep-finding.ts keeps. */
export type SettingKey =
  | 'branch.id'
  | 'log.skey'
  /** Canonical JSON `{quorum, witnesses}` (branch/log/witness-trust.ts). */
  | 'witness.policy'
  /** Troubles that have begun and not ended, with their times (branch/troubles.ts). */
  | 'troubles.begun'
  | 'checks.passed'
  /** Canonical JSON: where the database file stands (branch/backup/place.ts). */
  | 'place'
  /** When the recovery key was last shown to somebody, RFC 3339. */
  | 'recovery.given'
  /** Whole months that a decision is kept at least (branch/erasure/retention.ts). */
  | 'retention.months'
  /** Canonical JSON: what an erasure has still to clean up (branch/erasure/clean-up.ts). */
  | 'erasure.cleanup'
  /** `yes` or `no`: whether a second person confirms a change of models (branch/activation/four-eyes.ts). */
  | 'updates.four-eyes'
  /** URL or folder of the signed repository. */
  | 'updates.repository'
  /** JSON: tags of this branch, for rollouts. */
  | 'updates.tags'
  /** Bytes per second that updates may take of the line; absent: all of it. */
  | 'updates.line-limit'
  /** JSON: what the last check found (branch/updates/update-state.ts). */
  | 'updates.checked'
  /** JSON: causes of refusals that have an entry already. */
  | 'updates.refused'
  /** JSON: how far head office has this log, and how the last tries went (branch/sync/sync-state.ts). */
  | 'sync.state'
  /** JSON: what sync may take of the line (branch/sync/sync-settings.ts). */
  | 'sync.settings'
  /** JSON: this PC's keys as a device of head office (branch/enrolment/device.ts). */
  | 'device'
  /** JSON: keys of the device that an enrolment is being tried with (branch/enrolment/device.ts). */
  | 'device.next'
  /** JSON: which branch this is, and whose (branch/enrolment/enrolled-at.ts). */
  | 'enrolment'
  /** Version of the program that ran here last (branch/updates/program-version.ts). */
  | 'app.version'
  | `model.plan.${string}`
  /** `yes`: officers see each other's decisions. */
  | 'officers.see-all'
  /** Key (hexadecimal) that spreads names nobody has over the buckets `people.unknown.*` (db/accounts.ts). */
  | 'people.names-key';

export function getSetting(reader: Reader, key: SettingKey): string | null {
  const sql = 'SELECT value FROM settings WHERE key = ?';
  return withDatabase(reader, () => statement<{ value: string }>(reader, sql).get(key)?.value ?? null);
}

/** Stores values together, all or none. */
export function putSettings(writer: Writer, values: Partial<Record<SettingKey, string>>): void {
  inTransaction(writer, () => {
    const insert = statement(writer, 'INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)');
    for (const [key, value] of Object.entries(values)) insert.run(key, value);
  });
}

export function dropSetting(writer: Writer, key: SettingKey): void {
  inTransaction(writer, () => statement(writer, 'DELETE FROM settings WHERE key = ?').run(key));
}

/** What holds for the PC alone that the database stood on: where, and what was found out about artefacts there. */
export function forgetPc(writer: Writer): void {
  const sql = "DELETE FROM settings WHERE key IN ('place', 'checks.passed') OR key LIKE 'model.plan.%'";
  inTransaction(writer, () => statement(writer, sql).run());
}

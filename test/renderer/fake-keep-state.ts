/** What the fake office keeps: holds and duties, erasures, the recovery key, backups. */
import type { ErasurePreview } from '../../contract/audit.ts';
import type { Failure } from '../../contract/failure.ts';
import type { DueRecord, Erased, RecoveryKeyState } from '../../contract/keep-calls.ts';
import type { FakePerson } from './fake-door.ts';

/** 32 letters and their three of check; made up. */
export const RECOVERY_KEY = '7KQ2M-0ZC4R-9XWTA-H5VBN-3E8PD-G6YJS-1F0QK';

export class FakeKeep {
  months = 25;
  due: DueRecord[] = [];
  /** What stands in the way, by application. */
  readonly refusals = new Map<string, NonNullable<ErasurePreview['refusal']>>();
  readonly erased = new Set<string>();
  readonly withDraft = new Set<string>();
  /** What was asked for, in order. */
  readonly asked: { application: string; ground: string }[] = [];
  beyond: Pick<Erased, 'deleted' | 'takenAway' | 'backupsBefore' | 'isClean'> = {
    deleted: [],
    takenAway: [],
    backupsBefore: [],
    isClean: true,
  };
  recoveryKey: RecoveryKeyState = 'none';
  backups = 0;
  /** Milliseconds that a backup or a restore takes. */
  lasting = 20;
  readonly restored: { file: string; recoveryKey: string }[] = [];
  /** Who is in the backup. */
  inBackup: FakePerson[] = [];
  /** Set by the shell: ends the service and starts another. */
  restart: () => void = () => {};
  /** Thrown by the next restore. */
  failNext: Failure | null = null;
}

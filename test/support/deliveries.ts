/** Outcomes as a head office signs them, and a branch's log that is enrolled there. Knows no test runner. */
import { generateKeyPairSync, hash } from 'node:crypto';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { BranchLog } from '../../branch/log/branch-log.ts';
import { logIdOf } from '../../branch/sync/log-id.ts';
import type { OutcomeRow } from '../../contract/sync.ts';
import { putSettings } from '../../db/settings.ts';
import { type NoteSigner, noteSigner } from '../../ledger/note-keys.ts';
import { signJson } from '../../ledger/signed-json.ts';

export const OFFICE = noteSigner('office.invalid', Buffer.alloc(32, 3));

/** As an enrolment leaves a folder. */
export function enrolAt(log: BranchLog, office: NoteSigner = OFFICE): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const device = hash('sha256', Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'), 'hex');
  const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  putSettings(log.db, {
    device: JSON.stringify({ key, identity: 'AGE-SECRET-KEY-1', recipient: 'age1' }),
    enrolment: JSON.stringify({ device, headOffice: { vkey: office.vkey } }),
  });
  const by = { actor: 'it-1', role: 'it' } as const;
  appendEntries(log, [
    { entry: { type: 'enrolled', ...by, branch: 'madrid-01', name: 'Madrid', head_office: office.vkey, file: device, device } },
  ]);
}

/** Delivery of this number for the log as it is now. */
export function deliveryNote(
  { origin }: Pick<BranchLog, 'origin'>,
  delivery: number,
  outcomes: readonly OutcomeRow[],
  change: object = {},
  by: NoteSigner = OFFICE,
): string {
  const issued = '2026-09-01T08:00:00.000Z';
  return signJson({ v: 1, kind: 'outpost-outcomes', log: logIdOf(origin), delivery, issued, outcomes: [...outcomes], ...change }, by);
}

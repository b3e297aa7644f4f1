/** People of head office who look at the fleet: accounts, roles, what each role may do. */
import { z } from 'zod';
import { accountName } from './people.ts';

export const operatorRole = z.enum(['viewer', 'auditor', 'operator']);
export type OperatorRole = z.infer<typeof operatorRole>;

export const operatorPermission = z.enum([
  /** The fleet, its alarms and its counts: never an applicant. */
  'see-fleet',
  /** Single decisions, each look of which is an action; exports of predictions. */
  'see-decisions',
  /** The two notes of a fork: checkpoints, no applicant. */
  'see-evidence',
  /** What people of head office did. */
  'see-actions',
  /** Acknowledge alarms, settle evidence, revoke devices, upload outcomes. */
  'manage-fleet',
]);
export type OperatorPermission = z.infer<typeof operatorPermission>;

export const operator = z.strictObject({
  operator: accountName,
  name: z.string().trim().min(1).max(80),
  role: operatorRole,
  disabled: z.boolean(),
});
export type Operator = z.infer<typeof operator>;

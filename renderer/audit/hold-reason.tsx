/** Why a record is held. */
import { msg } from '@lingui/core/macro';
import type { HoldRequest } from '../../contract/audit.ts';

export type HoldReason = HoldRequest['reason'];

export const HOLD_REASONS = {
  litigation: msg`litigation`,
  complaint: msg`complaint`,
  'supervisory-inquiry': msg`supervisory inquiry`,
  'internal-audit': msg`internal audit`,
  ended: msg`ended`,
} as const satisfies Record<HoldReason, unknown>;

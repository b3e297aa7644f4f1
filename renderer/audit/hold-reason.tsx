/** Why a record is held. */
import { msg } from '@lingui/core/macro';
import type { holdRequest } from '../../contract/audit.ts';

export type HoldReason = ReturnType<(typeof holdRequest)['parse']>['reason'];

export const HOLD_REASONS = {
  litigation: msg`litigation`,
  complaint: msg`complaint`,
  'supervisory-inquiry': msg`supervisory inquiry`,
  'internal-audit': msg`internal audit`,
  ended: msg`ended`,
} as const satisfies Record<HoldReason, unknown>;

/** Everything that the screens' calls take besides the branch itself. */
import { RPCHandler } from '@orpc/server/message-port';
import type { Branch } from '../../branch/open-branch.ts';
import { makeRouter } from './router.ts';

/** To be given every port that a screen calls over. */
export function answerCalls(branch: Branch): RPCHandler<Record<never, never>> {
  return new RPCHandler(makeRouter(branch));
}

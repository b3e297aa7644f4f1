/** What every call to the branch service has in common: one typed error, and who may make it. */
import { oc } from '@orpc/contract';
import { failure } from './failure-schema.ts';
import type { Permission } from './people.ts';

export interface CallMeta {
  /**
   * `nobody`: also before anybody has signed in (the door itself). A list: somebody at work with any one of these permissions; an empty
   * list: anybody at work. The service refuses everybody else before anything runs.
   */
  needs: 'nobody' | readonly Permission[];
}

/** Every call may fail in the same closed set of ways. What a call does not declare, nobody may. */
export const call = oc.$meta<CallMeta>({ needs: [] }).errors({ FAILED: { data: failure } });

/** A call for those with any one of these permissions; without any: for anybody at work. */
export const callFor = (...needs: Permission[]) => call.meta({ needs });
/** A call that is answered before anybody has signed in. */
export const openCall = call.meta({ needs: 'nobody' });

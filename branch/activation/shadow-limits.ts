/** What challengers may cost a branch. They are compared, and never a reason to wait. */
import type { ShadowLimits } from '../../decision/ports.ts';

/** Challengers of one product. Each costs every decision its scoring. */
export const MOST_CHALLENGERS = 8;

/** Far above what a model that passed its check takes (a thousand rows in some milliseconds), and short enough for a person who waits. */
const MOST_MS = 500;
const MOST_MS_PER_ROW = 5;

/**
 * Calls in a row of which a challenger scored nothing: then it is retired. One slow call is any PC's affair (another program, a sleeping disk); the
 * worst that a broken one can cost until it is gone is this often its time.
 */
export const STRIKES = 10;

/**
 * The runtime blocks its thread while it scores: what takes too long there is seen afterwards and not used; what only makes others wait is left
 * behind at once. (A graph that cannot end is refused before it is active: no loops, no cycles, and golden rows within a time in a process of their own.)
 */
export const shadowLimits: ShadowLimits = {
  async within(rows, work) {
    const limit = MOST_MS + MOST_MS_PER_ROW * rows;
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), limit);
    });
    const done = work();
    // Nobody waits any more for one that was left behind: what it throws then is its own affair.
    done.catch(() => undefined);
    const result = await Promise.race([done, late]);
    clearTimeout(timer);
    return performance.now() - began > limit ? null : result;
  },
};

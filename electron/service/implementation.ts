/** Where every call passes, whoever answers it: who may make it, and how it fails. */
import { implement, ORPCError } from '@orpc/server';
import type { Branch } from '../../branch/open-branch.ts';
import type { Line } from '../../branch/people/line.ts';
import { Failed } from '../../contract/failure.ts';
import { serviceContract } from '../../contract/ipc.ts';

/** What every call comes with. */
export interface CallContext {
  line: Line;
}

/** What a call has once its person was found to be at work and allowed it. */
interface AtWork extends CallContext {
  branch: Branch;
  /** Aborted when the page has gone, and when the person is no longer at work. */
  until: AbortSignal;
}

/** What is expected is told with everything that a person needs; what is not is a bug, and says so without a word of what it was about. */
function toContractError(error: unknown): unknown {
  if (error instanceof Failed) return new ORPCError('FAILED', { message: error.failure.happened, data: error.failure });
  if (error instanceof ORPCError) return error;
  // The message of a bug may quote an applicant's data: only where it happened is written down.
  const where = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  process.stderr.write(`outpost: bug in the branch service: ${error instanceof Error ? error.name : typeof error}\n${where.join('\n')}\n`);
  return error;
}

/** Hands the steps of a long answer on, while `requireStillAllowed` (which throws) does not object. */
async function* guarded(
  steps: AsyncIterable<unknown>,
  requireStillAllowed: () => void,
  ended: () => void,
): AsyncGenerator<unknown, void, void> {
  try {
    for await (const step of steps) {
      requireStillAllowed();
      yield step;
    }
    requireStillAllowed();
  } catch (error) {
    throw toContractError(error);
  } finally {
    ended();
  }
}

/** What is being answered holds a restart of the program up (branch/updates/may-restart.ts); what only looks on never ends, and does not. */
function beginAnswer(line: Line, path: readonly string[], until: AbortSignal): () => void {
  if (path.at(-1) === 'watch') return () => {};
  const ended = line.beginAnswer();
  let isOver = false;
  const once = () => {
    if (!isOver) ended();
    isOver = true;
  };
  // A page that goes before it took the first step leaves an answer that is never begun.
  until.addEventListener('abort', once, { once: true });
  return once;
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/**
 * Every call passes here: what its contract says it needs is asked before anything of it runs, and asked again before anything is answered,
 * because the person may have been signed out meanwhile. What was stored by then stays stored.
 */
export function implementation() {
  const os = implement(serviceContract).$context<CallContext>();
  return os.use(async ({ next, context, procedure, path, signal }) => {
    let ended = (): void => {};
    try {
      const { needs } = procedure['~orpc'].meta;
      const page = signal ?? new AbortController().signal;
      const entered = needs === 'nobody' ? null : context.line.enter(needs);
      const until = entered === null ? page : AbortSignal.any([page, entered.presence]);
      // A door call that reached for the branch would be a bug, and finds nothing there.
      const atWork = { ...context, branch: entered?.branch, until } as AtWork;
      ended = beginAnswer(context.line, path, until);
      const result = await next({ context: atWork });
      const requireStillAllowed = () => entered?.branch.requireAtWork();
      requireStillAllowed();
      const { output } = result;
      if (isStream(output)) return { ...result, output: guarded(output, requireStillAllowed, ended) as typeof output };
      ended();
      return result;
    } catch (error) {
      ended();
      throw toContractError(error);
    }
  });
}

/** By the contract, with everything above around each call. */
export type Implementation = ReturnType<typeof implementation>;

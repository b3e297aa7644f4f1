/** The branch's use cases behind the contract (contract/ipc.ts): nothing is decided here. A `Failed` becomes the contract's one typed error. */
import { implement, ORPCError, type Router } from '@orpc/server';
import { listProducts } from '../../branch/active-artefacts.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import { draftOf, dropDraft, keepDraft } from '../../branch/drafts.ts';
import { pageOfDecisions } from '../../branch/list-decisions.ts';
import { modelCard } from '../../branch/model-card.ts';
import { officeStatus, watchOfficeStatus } from '../../branch/office-status.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { showDecision } from '../../branch/show-decision.ts';
import { todayOf } from '../../branch/today.ts';
import { verifyOwnLog } from '../../branch/verify-own-log.ts';
import { Failed } from '../../contract/failure.ts';
import { serviceContract } from '../../contract/ipc.ts';

type ServiceRouter = Router<typeof serviceContract, Record<never, never>>;

/** What is expected is told with everything that a person needs; what is not is a bug, and says so without a word of what it was about. */
function toContractError(error: unknown): unknown {
  if (error instanceof Failed) return new ORPCError('FAILED', { message: error.failure.happened, data: error.failure });
  if (error instanceof ORPCError) return error;
  // The message of a bug may quote an applicant's data: only where it happened is written down.
  const where = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  process.stderr.write(`outpost: bug in the branch service: ${error instanceof Error ? error.name : typeof error}\n${where.join('\n')}\n`);
  return error;
}

async function* withContractErrors<T>(steps: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  try {
    yield* steps;
  } catch (error) {
    throw toContractError(error);
  }
}

export function makeRouter(branch: Branch): ServiceRouter {
  const os = implement(serviceContract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toContractError(error);
    }
  });
  const { log, store, clock } = branch;
  /** A page that has gone takes its streams along. */
  const never = new AbortController().signal;
  return os.router({
    office: {
      status: os.office.status.handler(() => officeStatus(branch)),
      watch: os.office.watch.handler(({ signal }) => withContractErrors(watchOfficeStatus(branch, signal ?? never))),
    },
    products: {
      list: os.products.list.handler(() => listProducts(log.db, store, todayOf(clock))),
      modelCard: os.products.modelCard.handler(({ input }) => modelCard(branch, input.product)),
    },
    drafts: {
      get: os.drafts.get.handler(({ input }) => draftOf(branch, input.product)),
      save: os.drafts.save.handler(({ input }) => keepDraft(branch, input)),
      discard: os.drafts.discard.handler(({ input }) => dropDraft(branch, input.product)),
    },
    applications: { decide: os.applications.decide.handler(({ input }) => decideApplication(branch, input)) },
    decisions: {
      list: os.decisions.list.handler(({ input }) => pageOfDecisions(log.db, input.filter, input.offset, input.limit)),
      get: os.decisions.get.handler(({ input }) => showDecision(log.db, store, input.seq)),
    },
    log: { verify: os.log.verify.handler(() => withContractErrors(verifyOwnLog(branch))) },
  });
}

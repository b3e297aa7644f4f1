/** One application: decided, stored, and only then shown. */
import type { Application } from '../contract/application.ts';
import { Failed } from '../contract/failure.ts';
import type { DecisionView } from '../contract/ipc.ts';
import { findDecision } from '../db/decisions.ts';
import type { Decided } from '../decision/decide.ts';
import { unscoredIn } from './decide-applications.ts';
import { decisionEntry } from './decision-entry.ts';
import { appendEntries } from './log/append-entries.ts';
import type { Branch } from './open-branch.ts';
import { requirePermission } from './people/permissions.ts';
import type { ReadyProduct } from './ready-product.ts';
import { seeDecision } from './see-decision.ts';
import { showDecision } from './show-decision.ts';
import { todayOf } from './today.ts';

/**
 * The same application again gives the entry that exists: it is never decided twice. On a disk below its reserve nothing is stored, hence nothing
 * shown: `appendEntries` looks, at the last moment before it would write.
 * @throws Failed `not-allowed`, `application-invalid` with the complaints by field, `product-unknown`, `disk-full`, `disk-error`, `entry-too-large`
 */
export async function decideApplication(branch: Branch, application: Application): Promise<DecisionView> {
  const { log } = branch;
  requirePermission(branch.role, 'decide');
  const before = findDecision(log.db, application.applicationId);
  if (before !== null) return await seeDecision(branch, before);
  const { size } = log.frontier;
  const { ready, decided } = await decideNow(branch, application);
  if ('complaints' in decided) throw invalid(decided.complaints);
  // While the model was at work the same application may have been decided by another call; if so, the log has grown.
  const meanwhile = log.frontier.size === size ? null : findDecision(log.db, application.applicationId);
  if (meanwhile !== null) return await seeDecision(branch, meanwhile);
  branch.requireAtWork();
  const [stored] = appendEntries(log, [decisionEntry(branch, ready, application, decided).entry]);
  branch.live.noteDecided(ready, [unscoredIn(decided.shadow)]);
  branch.tellChange();
  return await showDecision(log.db, branch.store, stored!.seq);
}

/** By what is active; where its model was suspended while it was at work, once more, without it (EU AI Act Art. 14(4)(e)). */
async function decideNow(branch: Branch, application: Application): Promise<{ ready: ReadyProduct; decided: Decided }> {
  for (;;) {
    const ready = await branch.ready(application.product);
    const [decided] = await ready.decider.decideAll([application], { today: todayOf(branch.clock), explain: true });
    if (decided === undefined) throw new Error('the decider answered with nothing');
    if (!branch.live.hasStopped(ready)) return { ready, decided };
  }
}

function invalid(complaints: Record<string, string>): Failed {
  const count = Object.keys(complaints).length;
  return new Failed({
    kind: 'application-invalid',
    happened: count === 1 ? 'One field needs another look.' : `${count} fields need another look.`,
    safe: 'Nothing was decided. What was typed is kept.',
    next: 'Correct the fields that are marked.',
    facts: { count },
    fields: complaints,
  });
}

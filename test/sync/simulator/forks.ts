/** A real fork: the disk of the branch is copied and both go on, or an older state of it goes on under the same key. It must be raised, and kept. */
import { syncState } from '../../../branch/sync/sync-state.ts';
import { getEntry, listEntriesOfType } from '../../../db/log-entries.ts';
import { logOf } from '../../../headoffice/receive/log-rows.ts';
import { heldEntries } from '../../support/head-office.ts';
import { isEvidence, Violation } from './judge.ts';
import type { Plan, RunParts } from './run-parts.ts';
import type { SimBranch } from './sim-branch.ts';

const MINUTE = 60_000;

/** Follows on a run that has come to rest. */
export async function expectFork(run: RunParts, plan: Exclude<Plan, 'faults'>): Promise<void> {
  const { branch, judge, dice, world, network, office } = run;
  const { origin, signer } = branch.process!.log;
  judge.isForkAllowed = true;
  branch.backUp();
  const past = branch.stored();
  const before = past.length;
  network.trouble = dice.pick([0, 0.3]);
  run.tell(plan);
  let twin: SimBranch | null = null;
  if (plan === 'cloned-disk') {
    twin = run.newBranch('twin');
    twin.isEnrolled = true;
    twin.start(branch.backup);
    run.append(dice.between(1, 6), twin);
    run.append(dice.between(1, 6));
  } else {
    run.append(dice.between(1, 6));
    await run.comeToRest(branch);
    judge.forget(branch);
    branch.setBack();
    run.append(dice.between(1, 8));
  }
  await world.pass(dice.between(MINUTE, 10 * MINUTE));
  network.trouble = 0;
  const both = twin === null ? [branch] : [branch, twin];
  for (const one of both) one.process!.client.linkReturned();
  await world.pass(20 * MINUTE);
  // Somebody says "now" where sync has stopped: head office must hear of it as well.
  // Twice, since the first one may have asked before head office had seen the other's.
  for (const one of [...both, ...both]) await world.until(one.process!.client.now(), 20 * MINUTE, 'a person says now');
  const [evidence] = await judge.frozen(origin);
  if (evidence === undefined) throw new Violation('two pasts of one log, and head office did not freeze it');
  if (evidence.known === null || !isEvidence(evidence, signer.vkey))
    throw new Violation('the log is frozen without two notes that contradict each other');
  const held = await heldEntries(office.store, logOf(origin));
  if (held.length < before || past.some((entry, i) => !entry.equals(held[i]!)))
    throw new Violation('the fork changed the past that was known');
  for (const one of both) expectTold(one);
  twin?.die();
  run.forkFound = true;
}

/** It has stopped, and its log has an entry with the notes. */
function expectTold({ process }: SimBranch): void {
  const { db } = process!;
  const { stopped } = syncState(db);
  if (stopped?.kind !== 'sync-fork') throw new Violation(`a branch with two pasts was not stopped: ${JSON.stringify(stopped)}`);
  const told = listEntriesOfType(db, 'failure')
    .map((seq) => JSON.parse(getEntry(db, seq)!.bytes.toString()) as { kind: string; notes?: string[] })
    .filter(({ kind }) => kind === 'sync-fork');
  if (told.length !== 1) throw new Violation(`${told.length} entries tell of the fork`);
  if ((told[0]!.notes?.length ?? 0) === 0) throw new Violation('the entry that tells of the fork has no note');
}

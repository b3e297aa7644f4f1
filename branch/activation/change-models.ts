/** What people do about what decides: switch to a challenger, go back, stop, go on; and be the second person for it. */
import type { Artefact } from '../../contract/entry-base.ts';
import { Failed } from '../../contract/failure.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import { type Active, listActive, standingOf } from '../../db/active.ts';
import type { ClosableModel } from '../../models/closable-model.ts';
import type { Branch } from '../branch.ts';
import { loadKeptModel } from '../load-kept-model.ts';
import { appendEntries } from '../log/append-entries.ts';
import { requirePermission } from '../people/permissions.ts';
import { unknownProduct } from '../ready-product.ts';
import { type Actor, activationEntry, artefactOf, stateEntry } from './activation-entries.ts';
import { needsTwo, type ProposalEntry, pendingProposals } from './four-eyes.ts';
import { inTurn } from './in-turn.ts';

export type ChangeOutcome = { done: true; seq: number } | { done: false; proposal: number };
type Change = ProposalEntry['change'];

/** @throws Failed `not-allowed`, `change-refused` (it is no challenger here), or why it cannot be loaded */
export async function switchTo(branch: Branch, product: string, sha256: string): Promise<ChangeOutcome> {
  return await change(branch, product, 'switch', sha256);
}

/** To the champion before, in one step. @throws Failed `not-allowed`, `change-refused`, or why it cannot be loaded */
export async function rollBack(branch: Branch, product: string): Promise<ChangeOutcome> {
  return await change(branch, product, 'roll-back', null);
}

/** @throws Failed `not-allowed`, `change-refused` */
export async function resume(branch: Branch, product: string): Promise<ChangeOutcome> {
  return await change(branch, product, 'resume', null);
}

/** At once, and without a second person: every decision is a refer (EU AI Act Art. 14(4)(e)). @throws Failed `not-allowed`, `change-refused` */
export function suspend(branch: Branch, product: string, reason: string): { seq: number } {
  requirePermission(branch.role, 'suspend-model');
  const champion = championOf(branch, product);
  if (champion.suspendedBy !== null) throw refused('suspended', `The model of ${product} is suspended already.`);
  const [appended] = appendEntries(branch.log, [{ entry: stateEntry('model-suspended', byOf(branch), { ...champion, product }, reason) }]);
  branch.live.renew(product);
  branch.tellChange();
  return { seq: appended!.seq };
}

/** A challenger is scored no longer. @throws Failed `not-allowed`, `change-refused` */
export function retire(branch: Branch, product: string, sha256: string, reason: string): { seq: number } {
  requirePermission(branch.role, 'manage-updates');
  const challenger = challengerOf(branch, product, sha256);
  const [appended] = appendEntries(branch.log, [{ entry: stateEntry('model-retired', byOf(branch), challenger, reason) }]);
  branch.live.renew(product);
  branch.tellChange();
  return { seq: appended!.seq };
}

/** Another person than the one who asked, with a permission of their own. @throws Failed `not-allowed`, `change-refused`, or why it cannot be loaded */
export async function confirmChange(branch: Branch, proposal: number): Promise<{ seq: number }> {
  requirePermission(branch.role, 'manage-updates', 'suspend-model');
  return await inTurn(branch.log, async () => {
    const { actor, product, change: what, artefact } = proposed(branch, proposal);
    if (actor === branch.actor)
      throw refused('own-proposal', 'Whoever asks for a change does not confirm it.', 'Let somebody else confirm it.');
    const { target, model } = await prepare(branch, product, what, what === 'switch' ? artefact!.sha256 : null);
    if (target.sha256 !== artefact?.sha256)
      throw refused('overtaken', 'What is active has changed since this was asked for.', 'Dismiss it, and ask for it again.');
    proposed(branch, proposal);
    const confirmed: UnstampedEntry = { type: 'change-confirmed', ...byOf(branch), proposal };
    return { seq: carryOut(branch, product, what, target, model, [confirmed]) };
  });
}

/** Also by who asked for it. @throws Failed `not-allowed`, `change-refused` */
export function dismissChange(branch: Branch, proposal: number): { seq: number } {
  requirePermission(branch.role, 'manage-updates', 'suspend-model');
  proposed(branch, proposal);
  const [appended] = appendEntries(branch.log, [{ entry: { type: 'change-dismissed', ...byOf(branch), proposal } }]);
  branch.tellChange();
  return { seq: appended!.seq };
}

async function change(branch: Branch, product: string, what: Change, sha256: string | null): Promise<ChangeOutcome> {
  requirePermission(branch.role, 'manage-updates');
  return await inTurn(branch.log, async () => {
    // Loaded before anybody is asked for a second look: what cannot be used here is refused to the first.
    const { target, model } = await prepare(branch, product, what, sha256);
    if (!needsTwo(branch.log.db)) return { done: true, seq: carryOut(branch, product, what, target, model, []) };
    const waiting = pendingProposals(branch.log.db).find(
      (one) => one.product === product && one.change === what && one.artefact?.sha256 === target.sha256,
    );
    if (waiting !== undefined) return { done: false, proposal: waiting.seq };
    branch.requireAtWork();
    const entry: UnstampedEntry = { type: 'change-proposed', ...byOf(branch), change: what, product, artefact: artefactOf(target) };
    const [appended] = appendEntries(branch.log, [{ entry }]);
    branch.tellChange();
    return { done: false, proposal: appended!.seq };
  });
}

interface Prepared {
  target: Artefact;
  /** null: nothing need be loaded. */
  model: ClosableModel | null;
}

/** What the change would make the champion, loaded with its golden rows. @throws Failed */
async function prepare(branch: Branch, product: string, what: Change, sha256: string | null): Promise<Prepared> {
  if (what === 'resume') {
    const champion = championOf(branch, product);
    if (champion.suspendedBy === null) throw refused('not-suspended', `The model of ${product} is not suspended.`);
    return { target: champion, model: null };
  }
  const target = what === 'switch' ? challengerOf(branch, product, sha256 ?? '') : standingOf(branch.log.db, product, 'model').at(-2);
  if (target === undefined) throw refused('nothing-before', `No model stood before the present one of ${product}.`);
  return { target, model: await loadKeptModel(branch.log.db, await branch.store.openModel(target.sha256)) };
}

function carryOut(
  branch: Branch,
  product: string,
  what: Change,
  target: Artefact,
  model: ClosableModel | null,
  before: UnstampedEntry[],
): number {
  branch.requireAtWork();
  const champion = championOf(branch, product);
  const by = byOf(branch);
  const entry =
    what === 'resume'
      ? stateEntry('model-resumed', by, { ...target, product }, 'Resumed.')
      : activationEntry({
          by,
          product,
          alias: 'champion',
          artefact: target,
          previous: champion,
          cause: what === 'switch' ? 'switched' : 'rolled-back',
        });
  const appended = appendEntries(
    branch.log,
    [...before, entry].map((one) => ({ entry: one })),
  );
  branch.live.renew(product, model === null ? [] : [model]);
  branch.tellChange();
  return appended.at(-1)!.seq;
}

function proposed({ log }: Branch, proposal: number): ProposalEntry {
  const found = pendingProposals(log.db).find(({ seq }) => seq === proposal);
  if (found !== undefined) return found;
  throw refused('settled', `Nothing waits for a second person under number ${proposal}.`, 'Look at what still waits.');
}

function championOf({ log }: Branch, product: string): Active {
  const active = listActive(log.db).filter((one) => one.product === product);
  if (active.length === 0) throw unknownProduct(log.db, product);
  const champion = active.find(({ alias }) => alias === 'champion');
  if (champion === undefined) throw refused('no-champion', `No model is active for ${product}.`, 'Ask head office for one.');
  return champion;
}

function challengerOf({ log }: Branch, product: string, sha256: string): Active {
  const challenger = listActive(log.db).find((one) => one.product === product && one.alias === 'challenger' && one.sha256 === sha256);
  if (challenger !== undefined) return challenger;
  throw refused('no-challenger', `${product} has no challenger with that digest.`, 'Look at the challengers that there are.');
}

const byOf = ({ actor, role }: Branch): Actor => ({ actor, role });

function refused(cause: string, happened: string, next = 'Look at what is active now.'): Failed {
  return new Failed({ kind: 'change-refused', happened, safe: 'Nothing was changed.', next, facts: { cause } });
}

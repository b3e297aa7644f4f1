/** Head office takes a release back: whoever has it goes back, and whoever waits for its day waits no longer. */
import type { Artefact } from '../../contract/entry-base.ts';
import { Failed } from '../../contract/failure.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import type { ReleaseSource } from '../../contract/release-entries.ts';
import { listActive, standingOf } from '../../db/active.ts';
import { dropWaiting } from '../../db/waiting-releases.ts';
import type { ClosableModel } from '../../models/closable-model.ts';
import type { Branch } from '../branch.ts';
import { loadKeptModel } from '../load-kept-model.ts';
import { appendEntries } from '../log/append-entries.ts';
import { activationEntry, SYSTEM, stateEntry } from './activation-entries.ts';
import { inTurn } from './in-turn.ts';
import type { Offer } from './offer.ts';

export type Withdrawn = { product: string; alias: Offer['alias']; kind: Offer['kind']; artefact: Artefact; source: ReleaseSource };

/**
 * For a release whose channel names no other to take instead (else offer that one with `isInsteadOfWithdrawn`).
 * A champion goes back to the one before it; where there is none that can be used, it is suspended. A challenger is retired.
 * @returns the entry; null where this branch did not have it
 * @throws Failed `disk-full`, `disk-error`
 */
export async function withdrawRelease(
  branch: Branch,
  { product, alias, kind, artefact, source }: Withdrawn,
): Promise<{ seq: number } | null> {
  return await inTurn(branch.log, async () => {
    const { log } = branch;
    dropWaiting(log.db, { product, kind, alias }, artefact.sha256);
    const present = listActive(log.db).find(
      (one) => one.product === product && (one.alias ?? one.kind) === alias && one.sha256 === artefact.sha256,
    );
    if (present === undefined) return null;
    const { entry, model } = await wayBack(branch, { product, alias, kind, artefact, source });
    const [appended] = appendEntries(log, [{ entry }]);
    branch.live.renew(product, model === null ? [] : [model]);
    branch.tellChange();
    return { seq: appended!.seq };
  });
}

async function wayBack(
  branch: Branch,
  { product, alias, kind, artefact, source }: Withdrawn,
): Promise<{ entry: UnstampedEntry; model: ClosableModel | null }> {
  const { log, store } = branch;
  const reason = `Head office withdrew it (${source.target}).`;
  const stop = (type: 'model-retired' | 'model-suspended') => ({
    entry: stateEntry(type, SYSTEM, { ...artefact, product }, reason),
    model: null,
  });
  if (alias === 'challenger') return stop('model-retired');
  const standing = standingOf(log.db, product, kind);
  const back = { by: SYSTEM, product, alias, previous: standing.at(-1), cause: 'withdrawn' as const, source };
  for (const before of standing.slice(0, -1).reverse())
    try {
      if (kind === 'policy') {
        await store.loadPolicy(before.sha256);
        return { entry: activationEntry({ ...back, artefact: before }), model: null };
      }
      const model = await loadKeptModel(log.db, await store.openModel(before.sha256));
      return { entry: activationEntry({ ...back, artefact: before }), model };
    } catch (error) {
      // That one cannot be used on this PC: the one before it may.
      if (!(error instanceof Failed)) throw error;
    }
  // Without a policy nothing can be decided either; what stops a product is that its model decides nothing.
  if (kind === 'model') return stop('model-suspended');
  const champion = standingOf(log.db, product, 'model').at(-1);
  if (champion === undefined) throw new Error(`${product} has a policy and no model`);
  return {
    entry: stateEntry('model-suspended', SYSTEM, champion, `Head office withdrew the policy ${artefact.name} ${artefact.version}.`),
    model: null,
  };
}

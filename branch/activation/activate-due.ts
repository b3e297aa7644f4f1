/** Releases whose day has come: at every start, also when the program was off on that day, and while it runs. */
import { Failed } from '../../contract/failure.ts';
import { listActive, wasLeft } from '../../db/active.ts';
import { dropWaiting, listWaiting, type WaitingRow } from '../../db/waiting-releases.ts';
import type { Branch } from '../branch.ts';
import { loadKeptModel } from '../load-kept-model.ts';
import { checkedModel, refusalOf } from './check-release.ts';
import { inTurn } from './in-turn.ts';
import { type Offer, STORE_FAILURES } from './offer.ts';
import { activate, refuse } from './receive-release.ts';

/**
 * The earliest day first. Each is checked again: program, runtime and product may be others than when it came.
 * @throws Failed where nothing can be stored: it waits on
 */
export async function activateDue(branch: Branch): Promise<void> {
  await inTurn(branch.log, async () => {
    for (const row of listWaiting(branch.log.db)
      .filter((one) => isDue(one, branch))
      .sort(byDay))
      await activateOne(branch, row);
  });
}

function isDue({ state, activateFrom }: WaitingRow, { clock }: Branch): boolean {
  return state === 'scheduled' && activateFrom !== null && Date.parse(activateFrom) <= clock.now();
}

const byDay = (a: WaitingRow, b: WaitingRow): number => Date.parse(a.activateFrom!) - Date.parse(b.activateFrom!);

async function activateOne(branch: Branch, row: WaitingRow): Promise<void> {
  const { log, store } = branch;
  const offer = JSON.parse(row.offer) as Offer;
  const active = listActive(log.db);
  const isInPlace = active.some(
    ({ product, alias, kind, sha256 }) => product === offer.product && (alias ?? kind) === offer.alias && sha256 === row.sha256,
  );
  if (isInPlace || wasLeft(log.db, row.product, row.sha256)) {
    dropWaiting(log.db, offer, row.sha256);
    return;
  }
  try {
    const refusal = refusalOf(offer, active);
    if (refusal !== null) throw new Failed(refusal);
    if (offer.kind === 'policy') {
      await store.loadPolicy(row.sha256);
      activate(branch, offer, null, 'scheduled');
      return;
    }
    await checkedModel(branch, store.modelPath(row.sha256), offer);
    activate(branch, offer, await loadKeptModel(log.db, await store.openModel(row.sha256)), 'scheduled');
  } catch (error) {
    if (!(error instanceof Failed) || STORE_FAILURES.has(error.failure.kind)) throw error;
    refuse(branch, offer, row.bytes, error.failure);
  }
}

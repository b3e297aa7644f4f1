/**
 * A release on its way into its place: staged → every file's hash → schema → static checks → golden rows reproduced on this PC → kept by its digest →
 * active, with an entry, in one transaction; or waiting for its day. Whatever goes wrong, what was active stays.
 */
import { statSync } from 'node:fs';
import { Failed, type Failure } from '../../contract/failure.ts';
import { type Active, listActive, wasLeft } from '../../db/active.ts';
import { inTransaction } from '../../db/handle.ts';
import { dropWaiting, listWaiting, putWaiting, type WaitingRow } from '../../db/waiting-releases.ts';
import type { ClosableModel } from '../../models/closable-model.ts';
import type { Branch } from '../branch.ts';
import { loadKeptModel } from '../load-kept-model.ts';
import { appendEntries } from '../log/append-entries.ts';
import { keepingPlace } from '../log/branch-log.ts';
import { activationEntry, SYSTEM, stateEntry } from './activation-entries.ts';
import { checkedModel, checkedPolicy, refusalOf } from './check-release.ts';
import { inTurn } from './in-turn.ts';
import { type Offer, type Received, STORE_FAILURES } from './offer.ts';

export interface Release {
  /** Verified against the signed repository by who calls (branch/updates): a package as folder or `.zip`, a policy as JSON. */
  file: string;
  offer: Offer;
}

/**
 * Never throws for what is wrong with the release.
 * @throws Failed `disk-full`, `disk-error`, `database-corrupt`: nothing was changed
 */
export function receiveModel(branch: Branch, release: Release): Promise<Received> {
  return receive(branch, release, async () => {
    await branch.store.removeUnfinished();
    const opened = await checkedModel(branch, release.file, release.offer);
    await branch.store.keepModel(opened);
    return await loadKeptModel(branch.log.db, await branch.store.openModel(opened.artefact.sha256));
  });
}

/** The same for a policy. */
export function receivePolicy(branch: Branch, release: Release): Promise<Received> {
  return receive(branch, release, async () => {
    await branch.store.removeUnfinished();
    const { loaded, bytes } = await checkedPolicy(branch, release.file, release.offer);
    await branch.store.keepFile('policies', loaded.artefact, bytes);
    return null;
  });
}

/** @param check gives the model loaded; null for a policy */
function receive(branch: Branch, { file, offer }: Release, check: () => Promise<ClosableModel | null>): Promise<Received> {
  return inTurn(branch.log, async () => {
    const { db } = branch.log;
    if (isInPlace(offer, listActive(db))) return { state: 'unchanged' };
    if (offer.isInsteadOfWithdrawn !== true && wasLeft(db, offer.product, offer.artefact.sha256)) return { state: 'left' };
    const waits = listWaiting(db).find((row) => isOf(row, offer));
    if (waits?.state === 'scheduled' && waits.activateFrom === offer.activateFrom && isFuture(branch, offer)) return { state: 'unchanged' };
    try {
      const refusal = refusalOf(offer, listActive(db));
      if (refusal !== null) throw new Failed(refusal);
      const model = await check();
      if (isFuture(branch, offer)) return schedule(branch, offer, bytesOf(file));
      return activate(branch, offer, model, 'released');
    } catch (error) {
      if (!(error instanceof Failed) || STORE_FAILURES.has(error.failure.kind)) throw error;
      return refuse(branch, offer, bytesOf(file), error.failure);
    }
  });
}

function isInPlace({ product, alias, artefact }: Offer, active: readonly Active[]): boolean {
  return active.some((one) => one.product === product && (one.alias ?? one.kind) === alias && one.sha256 === artefact.sha256);
}

const isOf = (row: WaitingRow, { product, kind, alias, artefact }: Offer): boolean =>
  row.product === product && row.kind === kind && row.alias === alias && row.sha256 === artefact.sha256;

function isFuture({ clock }: Branch, { activateFrom }: Offer): boolean {
  return activateFrom !== null && Date.parse(activateFrom) > clock.now();
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The entry, the place, and that nothing waits for it any more: together or not at all. The next decision is made by it. */
export function activate(branch: Branch, offer: Offer, model: ClosableModel | null, cause: 'released' | 'scheduled'): Received {
  const { log } = branch;
  const { product, alias, artefact, source } = offer;
  const previous =
    alias === 'challenger' ? undefined : listActive(log.db).find((one) => one.product === product && (one.alias ?? one.kind) === alias);
  const activation = activationEntry({
    by: { actor: branch.actor, role: branch.role },
    product,
    alias,
    artefact,
    previous,
    cause: offer.isInsteadOfWithdrawn === true ? 'withdrawn' : cause,
    source,
  });
  // Challengers of one name are versions of one thing: the new one takes the old one's place.
  const retired = challengersOf(branch, offer).map((old) =>
    stateEntry('model-retired', SYSTEM, old, `${artefact.name} ${artefact.version} is compared in its place.`),
  );
  const seq = keepingPlace(log, () =>
    inTransaction(log.db, () => {
      const [appended] = appendEntries(log, [{ entry: activation }, ...retired.map((entry) => ({ entry }))]);
      // What waited for the same place was meant to follow on what stood there.
      dropWaiting(log.db, offer, alias === 'challenger' ? artefact.sha256 : null);
      return appended!.seq;
    }),
  );
  branch.live.renew(product, model === null ? [] : [model]);
  branch.tellChange();
  return { state: 'active', seq };
}

function challengersOf({ log }: Branch, { product, alias, artefact }: Offer): Active[] {
  if (alias !== 'challenger') return [];
  return listActive(log.db).filter((one) => one.product === product && one.alias === alias && one.name === artefact.name);
}

function rowOf(offer: Offer, bytes: number): Omit<WaitingRow, 'state' | 'failure'> {
  const { product, kind, alias, artefact, activateFrom } = offer;
  return { product, kind, alias, sha256: artefact.sha256, activateFrom, bytes, offer: JSON.stringify(offer) };
}

function schedule(branch: Branch, offer: Offer, bytes: number): Received {
  const { db } = branch.log;
  inTransaction(db, () => {
    if (offer.alias !== 'challenger') dropWaiting(db, offer, null);
    putWaiting(db, { ...rowOf(offer, bytes), state: 'scheduled', failure: null });
  });
  branch.tellChange();
  return { state: 'scheduled', activateFrom: offer.activateFrom! };
}

/** The same refusal of the same release is one entry, however often it is offered. */
export function refuse(branch: Branch, offer: Offer, bytes: number, failure: Failure): Received {
  const { log } = branch;
  const { kind, happened } = failure;
  const row: WaitingRow = { ...rowOf(offer, bytes), state: 'refused', failure: JSON.stringify(failure) };
  const before = listWaiting(log.db).find((one) => isOf(one, offer));
  const isKnown = before?.failure !== null && before?.failure !== undefined && kindOf(before.failure) === kind;
  keepingPlace(log, () =>
    inTransaction(log.db, () => {
      if (!isKnown) {
        const { actor, role } = branch;
        appendEntries(log, [{ entry: { type: 'update-refused', actor, role, target: offer.source.target, kind, happened } }]);
      }
      putWaiting(log.db, row);
    }),
  );
  branch.tellChange();
  return { state: 'refused', failure };
}

function kindOf(failure: string): string {
  return (JSON.parse(failure) as Failure).kind;
}

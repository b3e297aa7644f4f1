/** What stands in its place in this branch, since when, why and from where; what waits; and what happened to it all. */
import { Failed, type Failure } from '../../contract/failure.ts';
import type { Localised } from '../../contract/localised.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import type { ReleaseSource } from '../../contract/release-entries.ts';
import type { HeldArtefact, Proposal, WaitingRelease } from '../../contract/update-calls.ts';
import { isActivation } from '../../db/activations.ts';
import { type Active, listActive, standingOf } from '../../db/active.ts';
import { countEventsOf, listEventsOf } from '../../db/events.ts';
import type { Reader } from '../../db/handle.ts';
import { listWaiting } from '../../db/waiting-releases.ts';
import type { ArtefactStore } from '../artefacts/artefact-store.ts';
import { artefactOf } from './activation-entries.ts';
import { entryAt, pendingProposals } from './four-eyes.ts';
import type { Offer } from './offer.ts';

/** Champion, the one before it, challengers and policy of each product. */
export async function heldArtefacts(db: Reader, store: ArtefactStore): Promise<HeldArtefact[]> {
  const active = listActive(db).filter(({ kind }) => kind !== 'product');
  const held: HeldArtefact[] = [];
  for (const product of new Set(active.map((one) => one.product))) {
    const before = standingOf(db, product, 'model').at(-2);
    for (const one of active.filter((other) => other.product === product)) held.push(await heldOf(db, store, one, one.alias ?? 'policy'));
    if (before !== undefined) held.push(await heldOf(db, store, { ...before, suspendedBy: null }, 'previous'));
  }
  return held;
}

async function heldOf(db: Reader, store: ArtefactStore, active: Active, alias: HeldArtefact['alias']): Promise<HeldArtefact> {
  const { seq, product, kind, activatedAt, cause, suspendedBy } = active;
  const entry = entryAt(db, seq);
  const said = await saidOf(store, active);
  return {
    seq,
    product,
    kind: kind === 'policy' ? 'policy' : 'model',
    alias,
    artefact: artefactOf(active),
    // What is gone from the disk can be told by what the log knows of it; it cannot be used, as if it had expired when it came.
    title: said?.title ?? { en: active.name },
    expiresOn: said?.expiresOn ?? activatedAt.slice(0, 10),
    since: activatedAt,
    by: entry.actor,
    cause,
    source: sourceOf(db, seq),
    suspended: suspendedBy !== null,
  };
}

/** Where what an entry activated came from; null: it came with the program. */
export function sourceOf(db: Reader, seq: number): ReleaseSource | null {
  const entry = entryAt(db, seq);
  return isActivation(entry) ? (entry.source ?? null) : null;
}

async function saidOf(store: ArtefactStore, { kind, sha256 }: Active): Promise<{ title: Localised; expiresOn: string } | null> {
  try {
    return kind === 'policy' ? (await store.loadPolicy(sha256)).policy : await store.loadManifest(sha256);
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/** Releases that wait for their day, and those that were refused and are not in their place since. */
export function waitingReleases(db: Reader): WaitingRelease[] {
  return listWaiting(db).map(({ product, kind, alias, state, activateFrom, bytes, offer, failure }) => ({
    product,
    kind,
    alias,
    artefact: (JSON.parse(offer) as Offer).artefact,
    bytes,
    state,
    activateFrom: activateFrom === null ? null : new Date(activateFrom).toISOString(),
    failure: failure === null ? null : (JSON.parse(failure) as Failure),
  }));
}

export function proposals(db: Reader): Proposal[] {
  return pendingProposals(db).map(({ seq, actor, wall, change, product, artefact }) => ({
    seq,
    by: actor,
    at: wall,
    change,
    product,
    artefact,
  }));
}

const TOLD = [
  'model-activated',
  'policy-activated',
  'product-activated',
  'model-retired',
  'model-suspended',
  'model-resumed',
  'update-refused',
  'app-updated',
  'change-proposed',
  'change-confirmed',
  'change-dismissed',
] as const satisfies LogEntry['type'][];

export interface HistoryRow {
  seq: number;
  wall: string;
  actor: string;
  type: string;
  product: string | null;
  detail: string;
}

/** Everything that happened to what is active, the newest first. */
export function updateHistory(db: Reader, offset: number, limit: number): { rows: HistoryRow[]; total: number } {
  const rows = listEventsOf(db, TOLD, offset, limit).map(({ seq, wall, actor, type, detail }): HistoryRow => {
    const entry = entryAt(db, seq);
    const product = 'product' in entry && typeof entry.product === 'string' ? entry.product : null;
    return { seq, wall, actor, type, product, detail: detailOf(entry, detail) };
  });
  return { rows, total: countEventsOf(db, TOLD) };
}

function detailOf(entry: LogEntry, detail: string): string {
  if ('reason' in entry) return `${detail}: ${entry.reason}`;
  if (isActivation(entry)) return [entry.alias, detail, entry.cause].filter((word) => word != null).join(' ');
  return entry.type === 'update-refused' ? entry.happened : detail;
}

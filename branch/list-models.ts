/** The models of a data folder: what each decides or shadows, since when and why, and until when it may. */
import { Failed } from '../contract/failure.ts';
import type { ActivationCause } from '../contract/release-entries.ts';
import { type Active, listActive, standingOf } from '../db/active.ts';
import type { Reader } from '../db/handle.ts';
import { sourceOf } from './activation/what-is-held.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';

export interface ActiveModel {
  product: string;
  /** `previous`: what a rollback would bring. */
  alias: 'champion' | 'challenger' | 'previous';
  name: string;
  version: string;
  sha256: string;
  activatedAt: string;
  activatedBySeq: number;
  cause: ActivationCause;
  /** Target of the signed repository; null: it came with the program. */
  source: string | null;
  suspended: boolean;
  /** null: the package is no longer on this PC as it was activated; every decision is a refer. */
  expiresOn: string | null;
  owner: string | null;
}

export async function listModels(reader: Reader, store: ArtefactStore): Promise<ActiveModel[]> {
  const models: ActiveModel[] = [];
  for (const active of listActive(reader)) {
    if (active.kind !== 'model' || active.alias === null) continue;
    models.push(await modelOf(reader, store, active, active.alias));
    const before = active.alias === 'champion' ? standingOf(reader, active.product, 'model').at(-2) : undefined;
    if (before !== undefined) models.push(await modelOf(reader, store, { ...before, suspendedBy: null }, 'previous'));
  }
  return models;
}

export function challengersOf(reader: Reader, product: string): Active[] {
  return listActive(reader).filter((one) => one.product === product && one.alias === 'challenger');
}

async function modelOf(reader: Reader, store: ArtefactStore, active: Active, alias: ActiveModel['alias']): Promise<ActiveModel> {
  const { product, name, version, sha256, activatedAt, seq, cause, suspendedBy } = active;
  const manifest = await store.openModel(sha256).then(
    (opened) => opened.manifest,
    (error: unknown) => {
      if (error instanceof Failed) return null;
      throw error;
    },
  );
  return {
    product,
    alias,
    name,
    version,
    sha256,
    activatedAt,
    activatedBySeq: seq,
    cause,
    source: sourceOf(reader, seq)?.target ?? null,
    suspended: suspendedBy !== null,
    expiresOn: manifest?.expiresOn ?? null,
    owner: manifest?.owner ?? null,
  };
}

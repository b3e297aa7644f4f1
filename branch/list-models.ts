/** The models of a data folder: what each decides or shadows, since when, and until when it may. */
import { Failed } from '../contract/failure.ts';
import { listActive } from '../db/active.ts';
import type { Reader } from '../db/handle.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';

export interface ActiveModel {
  product: string;
  alias: 'champion' | 'challenger';
  name: string;
  version: string;
  sha256: string;
  activatedAt: string;
  activatedBySeq: number;
  /** null: the package is no longer on this PC as it was activated; every decision is a refer. */
  expiresOn: string | null;
  owner: string | null;
}

export async function listModels(reader: Reader, store: ArtefactStore): Promise<ActiveModel[]> {
  const models: ActiveModel[] = [];
  for (const { kind, alias, seq, product, name, version, sha256, activatedAt } of listActive(reader)) {
    if (kind !== 'model' || alias === null) continue;
    const manifest = await store.openModel(sha256).then(
      (opened) => opened.manifest,
      (error: unknown) => {
        if (error instanceof Failed) return null;
        throw error;
      },
    );
    const known = { expiresOn: manifest?.expiresOn ?? null, owner: manifest?.owner ?? null };
    models.push({ product, alias, name, version, sha256, activatedAt, activatedBySeq: seq, ...known });
  }
  return models;
}

/** A stored decision as it was made, read back from the log's own bytes. */
import { Failed } from '../contract/failure.ts';
import type { DecisionView } from '../contract/ipc.ts';
import type { DecisionEntry } from '../contract/log-entry.ts';
import type { Reader } from '../db/handle.ts';
import { getSubjectKey } from '../db/subject-keys.ts';
import { fromRecord } from '../decision/record.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';
import { openIdentity } from './keys/seal-identity.ts';
import { entryUnknown, readEntry } from './read-entry.ts';

/**
 * @throws Failed `entry-unknown` (no such entry, or not a decision), `log-tampered` (the bytes are not those that were stored)
 */
export async function showDecision(reader: Reader, store: ArtefactStore, seq: number): Promise<DecisionView> {
  const { entry, hash } = readDecision(reader, seq);
  const manifest = entry.model === null ? null : await orNull(store.loadManifest(entry.model.sha256));
  const policy = entry.policy === null ? null : ((await orNull(store.loadPolicy(entry.policy.sha256)))?.policy ?? null);
  const product = (await orNull(store.loadProduct(entry.product.sha256)))?.definition ?? null;
  return {
    seq,
    leafHash: hash,
    wall: entry.wall,
    actor: entry.actor,
    role: entry.role,
    applicationId: entry.application,
    product: entry.product,
    model: entry.model,
    policy: entry.policy,
    inputs: entry.inputs,
    protected: entry.protected,
    identity: identityOf(reader, entry),
    decision: fromRecord(entry, { manifest, policy, product }),
    characteristics: manifest?.characteristics ?? null,
    features: manifest?.features.map(({ name, characteristic }) => ({ name, characteristic })) ?? null,
    scaling: manifest?.scaling ?? null,
    referBand: policy?.referBand ?? null,
    tables: policy?.tables ?? null,
  };
}

/** The decision entry and the hexadecimal hash of its bytes, which must be the one that stands in the tree. */
export function readDecision(reader: Reader, seq: number): { entry: DecisionEntry; hash: string } {
  const { entry, hash } = readEntry(reader, seq);
  if (entry.type !== 'decision') throw entryUnknown(seq, `Entry ${seq} is not a decision (${entry.type}).`);
  return { entry, hash };
}

function identityOf(reader: Reader, { seq, pii }: DecisionEntry): Record<string, string> | null {
  const key = pii === null ? null : getSubjectKey(reader, seq);
  return pii === null || key === null ? null : openIdentity(pii, key);
}

/** An artefact that is no longer on this PC, or no longer what it was, takes its texts with it; codes and numbers remain. */
async function orNull<T>(loading: Promise<T>): Promise<T | null> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/** Signing and judging metadata. @tufjs/models decides what well-formed metadata is, what bytes are signed, and whether a threshold is met. */
import { createHash } from 'node:crypto';
import models from '@tufjs/models';
import type { Envelope, FileForm, RoleName, RootForm, SignedForm, TargetsForm } from './form.ts';
import { type SigningKey, signBytes } from './signing-key.ts';

const { Metadata, MetadataKind, Signature } = models;
type Json = Parameters<typeof Metadata.fromJSON>[1];

/** @throws TypeError or ValueError of @tufjs/models when it is no metadata of its kind */
function modelOf(envelope: Envelope) {
  const data = envelope as unknown as Json;
  switch (envelope.signed._type) {
    case 'root':
      return Metadata.fromJSON(MetadataKind.Root, data);
    case 'targets':
      return Metadata.fromJSON(MetadataKind.Targets, data);
    case 'snapshot':
      return Metadata.fromJSON(MetadataKind.Snapshot, data);
    case 'timestamp':
      return Metadata.fromJSON(MetadataKind.Timestamp, data);
    default:
      throw new TypeError('metadata of no known type');
  }
}

/** The same metadata with one more signature; one that this key gave before is replaced. */
export function withSignature<S extends SignedForm>(envelope: Envelope<S>, key: SigningKey): Envelope<S> {
  const model = modelOf(envelope);
  model.sign((bytes) => new Signature({ keyID: key.id, sig: signBytes(key, bytes) }), true);
  return { signatures: Object.values(model.signatures).map(({ keyID, sig }) => ({ keyid: keyID, sig })), signed: envelope.signed };
}

/** The bytes that are signed: the canonical JSON of TUF §4.2.1 (OLPC's), whatever the file's own spaces and order. */
export function signedBytes(envelope: Envelope): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  modelOf({ signatures: [], signed: envelope.signed }).sign((given) => {
    bytes = given;
    return new Signature({ keyID: 'none', sig: '' });
  });
  return bytes;
}

export function sealed<S extends SignedForm>(signed: S, keys: readonly SigningKey[]): Envelope<S> {
  return keys.reduce<Envelope<S>>((envelope, key) => withSignature(envelope, key), { signatures: [], signed });
}

/** TUF §5.3.4, §5.4.2 ff.: as many different keys of the role as its threshold asks have signed. */
export function isSignedBy(delegator: Envelope<RootForm> | Envelope<TargetsForm>, role: RoleName, envelope: Envelope): boolean {
  const judge = modelOf(delegator);
  const judged = modelOf(envelope);
  try {
    judge.verifyDelegate(role, judged);
    return true;
  } catch (error) {
    // The package names this class nowhere in its index; a threshold that is not met is the one answer that is not a bug.
    if (error instanceof Error && error.constructor.name === 'UnsignedMetadataError') return false;
    throw error;
  }
}

/** Which of the role's keys have signed, whether or not they suffice. */
export function signersOf(delegator: Envelope<RootForm> | Envelope<TargetsForm>, role: RoleName, envelope: Envelope): string[] {
  const { keys, keyids } = rolesKeys(delegator, role);
  const judged = modelOf(envelope);
  return keyids.filter((id) => {
    const form = keys[id];
    if (form === undefined) return false;
    const only = { signatures: judged.signatures, signed: judged.signed };
    try {
      models.Key.fromJSON(id, form as unknown as Json).verifySignature(only);
      return true;
    } catch (error) {
      if (error instanceof Error && error.constructor.name === 'UnsignedMetadataError') return false;
      throw error;
    }
  });
}

export function rolesKeys(delegator: Envelope<RootForm> | Envelope<TargetsForm>, role: RoleName) {
  const { signed } = delegator;
  if (signed._type === 'root') {
    const { keyids, threshold } = signed.roles[role as keyof RootForm['roles']];
    return { keys: signed.keys, keyids, threshold };
  }
  const of = signed.delegations?.roles.find(({ name }) => name === role);
  return { keys: signed.delegations?.keys ?? {}, keyids: of?.keyids ?? [], threshold: of?.threshold ?? 1 };
}

/** The file's bytes. Hashed in snapshot and timestamp, so made in this one place. */
export function bytesOf(envelope: Envelope): Buffer {
  return Buffer.from(`${JSON.stringify(envelope, null, 1)}\n`);
}

/** TUF §4.4: length and hash in snapshot and timestamp stop an endless file before it is read, and a mix of versions that were never current together. */
export function fileFormOf(envelope: Envelope): FileForm {
  const bytes = bytesOf(envelope);
  return {
    version: envelope.signed.version,
    length: bytes.length,
    hashes: { sha256: createHash('sha256').update(bytes).digest('hex') },
  };
}

/** @throws TypeError or ValueError when the text is no metadata of that kind */
export function parseEnvelope(text: string, type: SignedForm['_type']): Envelope {
  const envelope = JSON.parse(text) as Envelope;
  if (envelope?.signed?._type !== type) throw new TypeError(`metadata of ${type} expected`);
  modelOf(envelope);
  return envelope;
}

/**
 * This PC as a device of head office: the keys that were made here and never leave the (encrypted) database, and what the enrolment left. A copied
 * folder loses the keys with its new epoch (branch/log/epochs.ts), since a copy is not the PC that was enrolled.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import type { BranchFile } from '../../contract/branch-file.ts';
import type { Reader, Writer } from '../../db/handle.ts';
import { getSetting, putSettings } from '../../db/settings.ts';

export interface DeviceKey {
  /** SHA-256 of the raw public key, hexadecimal: names the device. */
  id: string;
  /** Ed25519: signs requests and files for head office. */
  privateKey: KeyObject;
  /** Raw, 32 bytes. */
  publicKey: Buffer;
  /** age identity (`AGE-SECRET-KEY-1…`): opens what head office sends back by stick. */
  identity: string;
  /** Its age recipient (`age1…`). */
  recipient: string;
}

interface KeptKey {
  /** PKCS #8, base64. */
  key: string;
  identity: string;
  recipient: string;
}

/** What the branch file said and the enrolment left. */
export interface EnrolledAt {
  branch: string;
  /** For people. */
  name: string;
  headOffice: BranchFile['headOffice'];
  witnesses: BranchFile['witnesses'];
  quorum: number;
  settings: BranchFile['settings'];
  people: BranchFile['people'];
  /** Id of the device that was enrolled. */
  device: string;
  /** SHA-256 of the branch file. */
  file: string;
  /** RFC 3339, this PC's clock. */
  at: string;
  /** The file's token, while head office has not heard of it: it waits for a line, or for a stick. */
  pending: { token: string } | null;
  /** Origins of this log that head office confirmed at an enrolment. */
  registered: string[];
}

/** The keys of the device that is enrolled here; null: none, or they were taken from a copy. */
export function deviceKey(db: Reader): DeviceKey | null {
  return read(db, 'device');
}

/** The keys that an enrolment by this file was begun with. */
export function nextDeviceKey(db: Reader, file: string): DeviceKey | null {
  const text = getSetting(db, 'device.next');
  return text === null || (JSON.parse(text) as { file: string }).file !== file ? null : read(db, 'device.next');
}

/**
 * Makes keys for an enrolment by this file and keeps them before anybody is told of them; where that was cut off, they are those that were made
 * then, so that head office sees one device and not two.
 */
export async function makeDeviceKey(db: Writer, file: string): Promise<DeviceKey> {
  const before = nextDeviceKey(db, file);
  if (before !== null) return before;
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  const kept: KeptKey = {
    key: generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    identity,
    recipient: await identityToRecipient(identity),
  };
  putSettings(db, { 'device.next': JSON.stringify({ file, ...kept }) });
  return open(kept);
}

/** What this PC is enrolled as; null: it is not, or it is a copy that has to be enrolled itself. */
export function enrolledAt(db: Reader): EnrolledAt | null {
  const enrolled = lastEnrolment(db);
  return enrolled !== null && deviceKey(db)?.id === enrolled.device ? enrolled : null;
}

/** What this folder was last enrolled as, also where it lost its keys since. */
export function lastEnrolment(db: Reader): EnrolledAt | null {
  const text = getSetting(db, 'enrolment');
  return text === null ? null : (JSON.parse(text) as EnrolledAt);
}

function read(db: Reader, setting: 'device' | 'device.next'): DeviceKey | null {
  const text = getSetting(db, setting);
  return text === null ? null : open(JSON.parse(text) as KeptKey);
}

function open({ key, identity, recipient }: KeptKey): DeviceKey {
  const privateKey = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url');
  return { id: hash('sha256', publicKey, 'hex'), privateKey, publicKey, identity, recipient };
}

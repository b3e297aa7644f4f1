import type { KeyObject } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { findDevice } from './admit-device.ts';
import { publicKeyOf } from './enrol-device.ts';

const MOST = 20_000;

/**
 * Public keys of devices, which never change, so that not every request asks for one. Whether a device may still do what it asks is looked up each time
 * (admit-device.ts).
 */
export function deviceKeys(store: Store): (device: string) => Promise<KeyObject | null> {
  const known = new Map<string, KeyObject>();
  return async (device) => {
    const kept = known.get(device);
    if (kept !== undefined) return kept;
    if (!/^[0-9a-f]{64}$/.test(device)) return null;
    const row = await findDevice(store, device);
    if (row === null) return null;
    const key = publicKeyOf(row.public_key);
    if (known.size >= MOST) known.delete(known.keys().next().value!);
    known.set(device, key);
    return key;
  };
}

/**
 * Keys and names that the program draws from the system follow from the seed too: a compressed batch would else be a byte longer or shorter, and the run another
 * one. For the simulator's own process alone, and only while a run goes on.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { Dice } from './dice.ts';

/** @returns puts the system's own back */
export function drawKeysFrom(seed: number): () => void {
  const dice = new Dice(seed ^ 0x5eed);
  const { randomBytes, randomUUID } = crypto;
  const seeded = {
    randomBytes: (length: number) => dice.bytes(length),
    randomUUID: () => {
      const hex = dice.bytes(16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
  Object.assign(crypto, seeded);
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, { randomBytes, randomUUID });
    syncBuiltinESMExports();
  };
}

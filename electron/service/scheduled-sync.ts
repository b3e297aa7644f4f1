/** Sync by itself: soon after something was stored, and at once when a line comes back. Nobody at work waits for it. */
import { networkInterfaces } from 'node:os';
import type { SyncClient } from '../../branch/sync/sync-client.ts';

const LOOK_FOR_LINE_MS = 5000;

/** @returns stops it; what is under way is given up, and has ended when it resolves */
export function scheduleSync(client: SyncClient): () => Promise<void> {
  client.start();
  let had = hasLink();
  const watch = setInterval(() => {
    const has = hasLink();
    if (has && !had) client.linkReturned();
    had = has;
  }, LOOK_FOR_LINE_MS).unref();
  return async () => {
    clearInterval(watch);
    await client.stop();
  };
}

/** An address beyond this PC: whether head office is reached by it, the try finds out. */
export function hasLink(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal) === true);
}

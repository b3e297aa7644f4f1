import { hash } from 'node:crypto';

/** Names a log in head office's addresses (contract/sync.ts, `logId`). */
export function logIdOf(origin: string): string {
  return hash('sha256', origin, 'hex');
}

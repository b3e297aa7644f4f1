import { rootOf } from '../ledger/merkle.ts';
import type { Branch } from './open-branch.ts';

/** Size and base64 RFC 6962 root of the log as it is now. */
export function logRoot({ log }: Pick<Branch, 'log'>): { size: number; root: string } {
  return { size: log.frontier.size, root: rootOf(log.frontier).toString('base64') };
}

/** Copying the database takes seconds, for which the service must not be silent: it is done beside, over a handle of its own. */
import { Worker } from 'node:worker_threads';
import type { Failure } from '../../contract/failure.ts';

export interface CopyOrder {
  database: string;
  key: Uint8Array;
  to: string;
}

/** How far the log in the copy goes, with its root. */
export type Copied = { size: number; root: Uint8Array | null } | { failure: Failure };

/** @param order the database, its key, and a file that is not there yet or empty */
export async function copyInThread(order: CopyOrder): Promise<Copied> {
  // As source, and beside the bundle that this file has become part of.
  const entry = new URL(`./copy-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(entry, { workerData: order });
  return await new Promise<Copied>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that copies the database ended without a word')));
  });
}

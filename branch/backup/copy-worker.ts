/** The thread that `copyInThread` starts: copies the database over a handle of its own, and says how that ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { Failed } from '../../contract/failure.ts';
import { copyDatabase } from '../../db/copy-database.ts';
import { closeDatabase } from '../../db/handle.ts';
import { openReader } from '../../db/open-database.ts';
import type { Copied, CopyOrder } from './copy-in-thread.ts';

function copy({ database, key, to }: CopyOrder): Copied {
  const opened = openReader(database, Buffer.from(key));
  if ('failure' in opened) return opened;
  try {
    const { size, root } = copyDatabase(opened.db, to);
    return { size, root };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { failure: error.failure };
  } finally {
    closeDatabase(opened.db);
  }
}

parentPort!.postMessage(copy(workerData as CopyOrder));

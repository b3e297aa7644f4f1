/** The thread that `deciding-worker.ts` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { answerRequests, prepareDeciding } from './deciding-thread.ts';
import type { WorkerOrder } from './deciding-worker.ts';

answerRequests(parentPort!, await prepareDeciding(workerData as WorkerOrder));

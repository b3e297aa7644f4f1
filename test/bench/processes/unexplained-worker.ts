/** The thread that decides ahead, without explanations. */
import { parentPort, workerData } from 'node:worker_threads';
import { answerRequests, prepareDeciding } from '../../../branch/deciding-thread.ts';
import type { WorkerOrder } from '../../../branch/deciding-worker.ts';
import { withoutExplaining } from './without-explaining.ts';

answerRequests(parentPort!, withoutExplaining(await prepareDeciding(workerData as WorkerOrder)));

/** The thread that decides ahead, right up to one group: then it dies, hangs, or answers something else. */
import { parentPort, workerData } from 'node:worker_threads';
import type { DecidedApplication } from '../../branch/decide-applications.ts';
import type { WorkerReply, WorkerRequest } from '../../branch/deciding-worker.ts';
import { packAnswers, unpackAnswers } from '../../branch/packed-answers.ts';

export type Misbehaviour = 'dies' | 'throws' | 'hangs' | 'approves' | 'drops a row' | 'swaps rows' | 'answers out of turn';

const { group, how } = (workerData as { misbehave: { group: number; how: Misbehaviour } }).misbehave;
const port = parentPort!;
const post = port.postMessage.bind(port);

function worsen(reply: Extract<WorkerReply, { group: number }>): WorkerReply {
  const decided = unpackAnswers(reply.answers);
  const as = (answers: DecidedApplication[]) => ({ ...reply, answers: packAnswers(answers) });
  switch (how) {
    case 'approves':
      return as(decided.map((one) => ('complaints' in one ? one : { ...one, row: { ...one.row, outcome: 'approve', pd: 0.001 } })));
    case 'drops a row':
      return as(decided.slice(1));
    case 'swaps rows':
      return as([decided[1]!, decided[0]!, ...decided.slice(2)]);
    default:
      return { ...reply, group: group + 1 };
  }
}

port.postMessage = (reply: WorkerReply) => post('group' in reply && reply.group === group ? worsen(reply) : reply);
port.on('message', (request: WorkerRequest) => {
  if (request.group !== group) return;
  if (how === 'dies') process.exit();
  if (how === 'throws') throw new Error('on purpose');
  while (how === 'hangs');
});
await import('../../branch/decide-worker.ts');

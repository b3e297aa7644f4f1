/** Many submissions through the use case, some at once: how fast, at which cost of processor and of write-ahead log. */

import { setTimeout } from 'node:timers/promises';
import { receiveSubmission } from '../../../headoffice/receive/receive-submission.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import type { Submission } from '../../../ledger/submission.ts';
import { postgresTime } from '../receiver/processor-time.ts';
import type { SimulatedBranch } from './simulated-branch.ts';

export interface Phase {
  name: string;
  submissions: number;
  entries: number;
  seconds: number;
  /** Of processor: this process, which receives, and PostgreSQL. */
  receiver: number;
  postgres: number;
  walBytes: number;
}

interface Turn {
  branch: SimulatedBranch;
  decisions: number;
}

/** Decisions that are made, and then timed together. */
const CHUNK = 10_000;
/** Connections that were idle meanwhile are closed, and have been counted. */
const SETTLE_MS = 500;

export async function receivePhase(
  at: Receiving,
  postmaster: number,
  name: string,
  turns: readonly Turn[],
  atOnce: number,
): Promise<Phase> {
  const phase: Phase = { name, submissions: 0, entries: 0, seconds: 0, receiver: 0, postgres: 0, walBytes: 0 };
  const step = Math.max(1, Math.floor(CHUNK / turns[0]!.decisions));
  for (let from = 0; from < turns.length; from += step) {
    const ready = turns.slice(from, from + step).map(({ branch, decisions }) => ({ branch, submission: branch.submit(decisions) }));
    await setTimeout(SETTLE_MS);
    const wal = await walPosition(at);
    const postgres = postgresTime(postmaster);
    const cpu = process.cpuUsage();
    const began = performance.now();
    await receiveAll(at, ready, atOnce);
    phase.seconds += (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    phase.receiver += (user + system) / 1e6;
    phase.postgres += postgresTime(postmaster) - postgres;
    phase.walBytes += (await walPosition(at)) - wal;
    phase.submissions += ready.length;
    phase.entries += ready.reduce((sum, { submission }) => sum + submission.entries.length, 0);
  }
  return phase;
}

async function receiveAll(
  at: Receiving,
  ready: readonly { branch: SimulatedBranch; submission: Submission }[],
  atOnce: number,
): Promise<void> {
  let next = 0;
  const takeOn = async () => {
    for (let n = next++; n < ready.length; n = next++) {
      const { branch, submission } = ready[n]!;
      const answer = await receiveSubmission(at, branch.device, submission, 0);
      if ('problem' in answer) throw new Error(answer.problem.detail);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeOn));
}

async function walPosition({ store }: Receiving): Promise<number> {
  const [row] = await store.query<{ at: number }>("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS at");
  return row!.at;
}

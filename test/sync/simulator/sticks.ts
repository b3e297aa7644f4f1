/** Sticks: what a line brings over, as files that come in any order, twice, late or never; head office's answers come back the same way. */
import { brotliCompressSync } from 'node:zlib';
import { takeState } from '../../../branch/sync/acknowledge.ts';
import { SyncError } from '../../../branch/sync/call-head-office.ts';
import { makeBatch } from '../../../branch/sync/make-batch.ts';
import { syncState } from '../../../branch/sync/sync-state.ts';
import { Failed } from '../../../contract/failure.ts';
import type { LogState } from '../../../contract/sync.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { receiveSubmission } from '../../../headoffice/receive/receive-submission.ts';
import { stateOf } from '../../../headoffice/receive/state-of.ts';
import { parseSubmission } from '../../../ledger/submission.ts';
import type { RunParts } from './run-parts.ts';
import { Died, type Process } from './sim-branch.ts';
import { DEVICE, OFFICE_VERIFIER } from './sim-office.ts';

export class Sticks {
  readonly #run: RunParts;
  readonly #files: Buffer[] = [];
  readonly #replies: LogState[] = [];

  constructor(run: RunParts) {
    this.#run = run;
  }

  /** From where the branch knows head office to stand, or from an earlier place: nobody knows when it will arrive. */
  async exportOne(): Promise<void> {
    const { branch, dice } = this.#run;
    const { process } = branch;
    if (process === null || !branch.isEnrolled || branch.isDiskFull || branch.diesAtCommit !== null) return;
    const { held } = syncState(process.db);
    const { size } = process.log.frontier;
    const from = dice.chance(0.5) && held < size ? held : dice.below(Math.min(held + 1, size));
    if (syncState(process.db).registered !== process.log.origin) return;
    const work = this.#write(process, from);
    await this.#run.world.until(work, 60_000, 'a stick is written').catch((error: unknown) => {
      if (!(error instanceof Died) && process.isAlive) throw error;
    });
  }

  async #write({ as, log, deps }: Process, from: number): Promise<void> {
    const reader = as.openReader();
    let file = Buffer.alloc(0);
    const report = await deps.report(as);
    const encode = async (bytes: Buffer) => {
      this.#run.judge.sees(bytes);
      file = bytes as Buffer<ArrayBuffer>;
      return { encoding: 'br' as const, bytes: brotliCompressSync(bytes) };
    };
    try {
      await makeBatch(log, reader, from, { batchBytes: 20_000, slice: 32, pause: async () => {}, encode, report });
      this.#files.push(file);
    } finally {
      closeDatabase(reader);
    }
  }

  /** Any of them, also one that was there already. */
  async importOne(): Promise<void> {
    const { dice, office, world, judge } = this.#run;
    if (this.#files.length === 0) return;
    const submission = parseSubmission(dice.pick(this.#files))!;
    await world.until(
      world.real(async () => {
        const answer = await receiveSubmission({ ...office.at, carried: true }, DEVICE.id, submission, 100);
        await judge.observeOffice();
        this.#run.tell('stick-arrived', 'receipt' in answer ? `${answer.receipt.size}` : answer.problem.type);
        const told = await stateOf(office.at, DEVICE.id, submission.head.log);
        if ('state' in told) this.#replies.push(told.state);
      }),
      60_000,
      'a stick is read',
    );
  }

  /** Possibly an old one, or of an earlier epoch: then it says nothing. */
  takeReply(): void {
    const { branch, dice } = this.#run;
    const { process } = branch;
    if (process === null || this.#replies.length === 0 || branch.isDiskFull) return;
    const reply = dice.pick(this.#replies);
    try {
      const { held, acked } = syncState(process.db);
      // As the import of a reply does: a stick that says less than is known is an old stick, not a head office that was set back.
      if (reply.size < Math.max(held, acked?.size ?? 0)) return;
      takeState(process.log, OFFICE_VERIFIER, reply);
      this.#run.judge.observeBranch(process);
    } catch (error) {
      if (error instanceof Died) return;
      if (error instanceof Failed && error.failure.kind === 'disk-full') return;
      if (!(error instanceof SyncError)) throw error;
    }
  }
}

/**
 * A branch of the simulator: a real log in a real database on a disk of its own, and the real sync client, on the run's clock. Its process can die at any call
 * to the world and at any commit: what was committed is all that the next one finds.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import Database from 'better-sqlite3';
import type { Branch } from '../../../branch/branch.ts';
import type { BranchLog } from '../../../branch/log/branch-log.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { trustWitnesses } from '../../../branch/log/witness-trust.ts';
import { branchReport } from '../../../branch/sync/branch-report.ts';
import type { Timers } from '../../../branch/sync/call-head-office.ts';
import { epochOf } from '../../../branch/sync/head-office.ts';
import type { SyncLimits } from '../../../branch/sync/limits.ts';
import { SyncClient } from '../../../branch/sync/sync-client.ts';
import type { EnrolledPlace, SyncDeps } from '../../../branch/sync/sync-deps.ts';
import type { Enrolment } from '../../../contract/sync.ts';
import { copyDatabase } from '../../../db/copy-database.ts';
import { closeDatabase, type Reader, type Writer } from '../../../db/handle.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { openReader, openWriter } from '../../../db/open-database.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { CODE, KEY } from '../../support/log-samples.ts';
import { asBranch } from '../as-branch.ts';
import type { Dice } from './dice.ts';
import { BRANCH, DEVICE, OFFICE_KEYS, OFFICE_URL, OFFICE_VERIFIER, SECOND_WITNESS, WITNESS_URL } from './sim-office.ts';
import type { World } from './world.ts';

const FILE = 'outpost.db';
const SECOND_VERIFIER = parseVkey(SECOND_WITNESS.vkey)!;

/** The network, as one process uses it. */
export type FetchFor = (process: Process, url: string, init: RequestInit) => Promise<Response>;

export interface SimBranchOptions {
  world: World;
  dice: Dice;
  /** Of this run, on a disk in memory. */
  folder: string;
  fetch: FetchFor;
  limits: SyncLimits;
  /** Both witnesses must stand under a checkpoint before the branch takes it for its anchor. */
  hasTwoWitnesses: boolean;
  token: string;
  /** Called with each submission as it is made, before it is compressed. */
  sees(submission: Buffer): void;
  /** Called when a new key begins to sign. */
  begins(origin: string, vkey: string): Promise<void>;
}

/** One run of the program: nothing of it survives it. */
export interface Process {
  branch: SimBranch;
  db: Writer;
  log: BranchLog;
  client: SyncClient;
  as: Branch;
  deps: SyncDeps;
  isAlive: boolean;
  readers: Set<Reader>;
}

export class Died extends Error {}

/** The same handle, which its user may close without closing it for the next one. */
function lent(reader: Reader): Reader {
  const sqlite = Object.create(reader.sqlite) as Reader['sqlite'];
  return { ...reader, sqlite: Object.assign(sqlite, { close: () => sqlite }) };
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

let template: string | null = null;

/** A database without a log, made once: its tables take longer than a run. @param folder that lasts as long as the process */
function emptyDatabase(folder: string): string {
  if (template !== null) return template;
  const made = join(mkdtempSync(join(folder, 'template-')), FILE);
  const opened = openWriter(made, KEY);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  closeDatabase(opened.db);
  template = made;
  return made;
}

export class SimBranch {
  readonly options: SimBranchOptions;
  readonly directory: string;
  process: Process | null = null;
  /** The PC's clock is this far off. */
  wallOffset = 0;
  isDiskFull = false;
  /** The process dies at this many calls to the world from now. */
  diesAfterCalls: number | null = null;
  diesAtCommit: { commits: number; isAfter: boolean } | null = null;
  isEnrolled = false;
  /** What each key's log held when it was last seen whole: nothing else may ever be under its name. */
  readonly histories = new Map<string, Buffer[]>();
  backup: string | null = null;
  #backups = 0;
  hasLink = true;

  constructor(options: SimBranchOptions, name = 'branch') {
    this.options = options;
    this.directory = join(options.folder, name);
    mkdirSync(this.directory, { recursive: true });
  }

  get file(): string {
    return join(this.directory, FILE);
  }

  /** @param from a database to start with; null: what is there */
  start(from: string | null = null): Process {
    if (from !== null) this.#put(from);
    const opened = openWriter(this.file, KEY);
    if ('failure' in opened) throw new Error(`${opened.failure.kind}: ${JSON.stringify(opened.failure.facts)}`);
    const { db } = opened;
    const started = this.#run(db);
    this.process = started;
    started.client.start();
    return started;
  }

  begin(): Process {
    return this.start(emptyDatabase(join(this.options.folder, '..')));
  }

  #put(from: string): void {
    for (const end of ['', '-wal', '-shm']) rmSync(this.file + end, { force: true });
    copyFileSync(from, this.file);
  }

  #run(db: Writer): Process {
    const { world, dice, limits, fetch, sees, hasTwoWitnesses } = this.options;
    const bootAt = world.now - 1000;
    const clock = { now: () => world.now + this.wallOffset, mono: () => world.now - bootAt };
    const log = openLog({ db, directory: this.directory, clock, code: CODE });
    const witnesses = hasTwoWitnesses ? [OFFICE_KEYS.witness.vkey, SECOND_WITNESS.vkey] : [OFFICE_KEYS.witness.vkey];
    if (log.frontier.size === 1) trustWitnesses(log, { witnesses, quorum: witnesses.length }, { actor: 'system', role: 'system' });
    const one = { branch: this, db, log, isAlive: true, readers: new Set<Reader>() } as unknown as Process;
    const step = async (): Promise<void> => {
      if (this.diesAfterCalls !== null && one.isAlive && --this.diesAfterCalls <= 0) this.die();
      if (!one.isAlive) await never();
    };
    const timers: Timers = {
      set: (work, ms) => (one.isAlive ? world.set(() => one.isAlive && work(), ms) : null),
      clear: (timer) => world.clear(timer),
    };
    one.deps = {
      fetch: (async (url: string, init: RequestInit) => {
        await step();
        const answer = await fetch(one, url, init);
        await step();
        return answer;
      }) as typeof globalThis.fetch,
      clock,
      timers,
      limits,
      place: () => this.#place(log),
      settleEnrolment: () => {
        this.isEnrolled = true;
      },
      deliveries: null,
      // The machine's own free space would give the same seed other bytes.
      report: async (branch) => {
        const report = await branchReport(branch);
        return report.troubles.includes('disk-low') ? report : { ...report, diskFreeBytes: 1e11 };
      },
      encode: async (bytes) => {
        sees(bytes);
        await step();
        return { encoding: 'br', bytes: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }) };
      },
      random: dice.next,
      pause: step,
    };
    one.as = asBranch(log, () => this.#openReader(one));
    one.client = new SyncClient({ branch: one.as, deps: one.deps, hasLink: () => this.hasLink });
    this.#watchCommits(one);
    return one;
  }

  /** A handle of its own beside the writer, opened once for a process: opening takes longer than all that is read by it. */
  #openReader({ readers }: Process): Reader {
    const [known] = readers;
    if (known !== undefined) return lent(known);
    const opened = openReader(this.file, KEY);
    if ('failure' in opened) throw new Error(opened.failure.kind);
    readers.add(opened.db);
    return lent(opened.db);
  }

  /** A full disk, and death just before or just after a commit is durable. */
  #watchCommits(one: Process): void {
    const { sqlite } = one.db;
    const exec = sqlite.exec.bind(sqlite);
    sqlite.exec = (sql: string) => {
      if (sql !== 'COMMIT') return exec(sql);
      if (this.isDiskFull) {
        exec('ROLLBACK');
        throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
      }
      const death = this.diesAtCommit;
      if (death === null || --death.commits > 0) return exec(sql);
      this.diesAtCommit = null;
      exec(death.isAfter ? 'COMMIT' : 'ROLLBACK');
      this.die();
      throw new Died();
    };
  }

  #place(log: BranchLog): EnrolledPlace {
    const { hasTwoWitnesses, token } = this.options;
    const pending: Enrolment = {
      ...epochOf(log),
      branch: BRANCH,
      token,
      device: { id: DEVICE.id, publicKey: DEVICE.publicKey.toString('base64'), recipient: 'age1sim', platform: 'linux-x64' },
    };
    return {
      name: 'Head office',
      url: OFFICE_URL,
      witness: OFFICE_VERIFIER,
      further: hasTwoWitnesses ? [{ vkey: SECOND_WITNESS.vkey, verifier: SECOND_VERIFIER, url: WITNESS_URL }] : [],
      recipient: '',
      identity: '',
      device: { id: DEVICE.id, privateKey: DEVICE.privateKey },
      pending: this.isEnrolled ? null : pending,
    };
  }

  /** As kill -9: what it had in memory is gone, and it never does anything again. */
  die(): void {
    const { process } = this;
    if (process === null) return;
    this.process = null;
    process.isAlive = false;
    this.diesAfterCalls = null;
    this.diesAtCommit = null;
    process.client.stop().catch(() => undefined);
    for (const reader of process.readers) closeDatabase(reader);
    closeDatabase(process.db);
  }

  /** A backup of the database as it is now. */
  backUp(): void {
    const { process } = this;
    if (process === null) return;
    const to = join(this.options.folder, `backup-${this.directory.split('/').at(-1)}-${++this.#backups}.db`);
    const opened = openReader(this.file, KEY);
    if ('failure' in opened) throw new Error(opened.failure.kind);
    copyDatabase(opened.db, to);
    closeDatabase(opened.db);
    this.backup = to;
  }

  /** What is in the log now is remembered as all that its key's log may ever hold. */
  keepHistory(): void {
    const { process } = this;
    if (process !== null) this.histories.set(process.log.origin, this.stored());
  }

  stored(): Buffer[] {
    const { db, log } = this.process!;
    return listEntries(db, 0, log.frontier.size).map(({ bytes }) => bytes);
  }

  /** From its backup, as `outpost restore` does it: with an epoch of its own. */
  async restore(): Promise<void> {
    if (this.backup === null) return;
    if (this.process === null) this.start();
    this.keepHistory();
    this.die();
    // Nobody restores onto a disk that has no room.
    this.isDiskFull = false;
    const { log, client } = this.start(this.backup);
    await client.stop();
    beginEpoch(log, 'restored');
    await this.options.begins(log.origin, log.signer.vkey);
    client.start();
  }

  /** As a virtual machine's snapshot: an older disk, which goes on under the same key. */
  setBack(): void {
    if (this.process === null) this.start();
    this.keepHistory();
    this.die();
    this.start(this.backup);
  }
}

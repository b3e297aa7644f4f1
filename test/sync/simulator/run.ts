/** One run: a branch, head office and a bad half hour, all of it from one seed. Afterwards the line is good, and everything must come to rest. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { NewEntry } from '../../../branch/log/branch-log.ts';
import { SYNC_DEFAULTS, type SyncLimits } from '../../../branch/sync/limits.ts';
import { changeSyncState, syncState } from '../../../branch/sync/sync-state.ts';
import { Failed } from '../../../contract/failure.ts';
import { rootAt } from '../../../db/log-entries.ts';
import { addKnownLog } from '../../../headoffice/witness/known-logs.ts';
import { applicationId, decisionDraft } from '../../support/log-samples.ts';
import { Dice } from './dice.ts';
import { expectFork } from './forks.ts';
import { Judge, Violation } from './judge.ts';
import { Network } from './network.ts';
import type { Plan, RunParts } from './run-parts.ts';
import { drawKeysFrom } from './seeded-keys.ts';
import { Died, type Process, SimBranch } from './sim-branch.ts';
import { BRANCH, type BrokenReceiver, type OfficeAnswer, type SimOffice } from './sim-office.ts';
import { Sticks } from './sticks.ts';
import { World } from './world.ts';

/** A piece that is broken on purpose: the simulator must find it. */
export type Broken = Exclude<BrokenReceiver, null> | 'believes-200' | 'does-not-resend' | null;

export interface RunResult {
  seed: number;
  plan: Plan;
  /** By kind. */
  events: Map<string, number>;
  /** What happened, line by line, with the virtual time. */
  trace: string[];
  entries: number;
  acknowledged: number;
  requests: number;
  virtualMs: number;
  forkFound: boolean;
  /** Causes for which sync had stopped and a person said "now". */
  lifted: string[];
  failure: Error | null;
  /** Of everything that happened: equal for equal seeds. */
  digest: string;
}

export interface RunOptions {
  /** Lasts as long as the process; each run has a folder in it. */
  folder: string;
  broken?: Broken;
  plan?: Plan;
}

const MINUTE = 60_000;
const SMALL: Partial<SyncLimits> = { batchBytes: 9000, firstPart: 1500, leastPart: 400, mostPart: 3000 };

export class Run implements RunParts {
  readonly seed: number;
  readonly dice: Dice;
  readonly world = new World();
  readonly office: SimOffice;
  readonly judge: Judge;
  readonly network: Network;
  readonly branch: SimBranch;
  readonly sticks: Sticks;
  readonly events = new Map<string, number>();
  readonly trace: string[] = [];
  readonly lifted: string[] = [];
  readonly folder: string;
  readonly #began: number;
  readonly hasTwoWitnesses: boolean;
  #officeOffset = 0;
  #numbered = 0;
  forkFound = false;

  constructor(office: SimOffice, seed: number, { folder, broken = null }: RunOptions) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.office = office;
    this.#began = this.world.now;
    this.folder = mkdtempSync(join(folder, 'run-'));
    office.now = () => this.world.now + this.#officeOffset;
    office.broken = broken === 'no-transactions' || broken === 'answers-before-commit' ? broken : null;
    this.judge = new Judge(office);
    this.hasTwoWitnesses = this.dice.chance(0.3);
    this.network = new Network({
      world: this.world,
      dice: this.dice,
      office,
      tell: (event, detail) => this.tell(event, detail),
      answered: async () => {
        try {
          await this.judge.observeOffice();
        } catch (error) {
          this.world.failure ??= error;
        }
      },
      hears: (process, answer, { path }) => {
        if (!process.isAlive) return;
        this.#watch(process);
        if (broken === 'believes-200' && answer.status === 200 && path.endsWith('/entries')) believeStatus(process);
        if (broken === 'does-not-resend') believeItself(process, answer);
      },
    });
    this.branch = this.newBranch('branch');
    this.sticks = new Sticks(this);
  }

  /** The client would take what is thrown here for a line that broke. */
  #watch(process: Process): void {
    try {
      this.judge.observeBranch(process);
    } catch (error) {
      this.world.failure ??= error;
    }
  }

  newBranch(name: string): SimBranch {
    const { world, dice, folder } = this;
    return new SimBranch(
      {
        world,
        dice,
        folder,
        fetch: async (process, url, init) => {
          this.#watch(process);
          return await this.network.fetch(process, url, init);
        },
        limits: { ...SYNC_DEFAULTS, ...(dice.chance(0.4) ? SMALL : {}) },
        hasTwoWitnesses: this.hasTwoWitnesses,
        token: createHash('sha256').update('token').digest('base64url'),
        sees: (submission) => this.judge.sees(submission),
        begins: async (origin, vkey) => {
          if (this.hasTwoWitnesses) await addKnownLog(this.office.store, { origin, vkey });
        },
      },
      name,
    );
  }

  tell(event: string, detail = ''): void {
    if (event !== 'request') this.events.set(event, (this.events.get(event) ?? 0) + 1);
    this.trace.push(`${((this.world.now - this.#began) / 1000).toFixed(1)} s ${event} ${detail}`.trimEnd());
  }

  /** Entries of several types, in one transaction. A full disk or a death is part of the run. */
  append(count: number, branch = this.branch): void {
    const { process } = branch;
    if (process === null) return;
    const entries = Array.from({ length: count }, () => this.#entry());
    try {
      appendEntries(process.log, entries);
      process.as.tellChange();
      this.tell('append', String(count));
    } catch (error) {
      if (error instanceof Died) return;
      if (!(error instanceof Failed) || error.failure.kind !== 'disk-full') throw error;
      this.tell('append-refused', error.failure.kind);
    }
  }

  #entry(): NewEntry {
    const n = ++this.#numbered;
    const { dice } = this;
    const by = { actor: 'supervisor-1', role: 'supervisor' } as const;
    if (dice.chance(0.7)) return { entry: decisionDraft(n + this.seed * 1000) };
    if (dice.chance(0.5))
      return {
        entry: { type: 'failure', actor: 'system', role: 'system', kind: 'no-policy', happened: 'x'.repeat(dice.between(1, 3000)) },
      };
    return { entry: { type: 'hold-set', ...by, application: applicationId(n), reason: 'complaint' } };
  }

  async begin(): Promise<void> {
    const { store } = this.office;
    const token = createHash('sha256').update(this.branch.options.token).digest('hex');
    await store.query('INSERT INTO branches (branch, name) VALUES ($1, $1)', [BRANCH]);
    await store.query(`INSERT INTO branch_files (token_sha256, branch, issued_by, expires_at) VALUES ($1, $2, 'run', '2100-01-01')`, [
      token,
      BRANCH,
    ]);
    const { log } = this.branch.begin();
    await this.branch.options.begins(log.origin, log.signer.vkey);
    this.append(this.dice.between(1, 12));
  }

  /** The bad half hour. */
  async suffer(): Promise<void> {
    const { dice, world, network } = this;
    if (dice.chance(0.5)) {
      // A backup of either side from before: without one, setting back does nothing.
      await world.pass(10_000);
      if (this.branch.isEnrolled) await this.office.snapshot();
      if (this.branch.isEnrolled) this.branch.backUp();
    }
    network.trouble = dice.pick([0.1, 0.3, 0.6, 0.85]);
    const events = dice.between(3, 9);
    for (let i = 0; i < events; i += 1) {
      await world.pass(dice.pick([200, 2000, 20_000, 120_000]) * dice.next());
      await this.#happen();
    }
    await world.pass(dice.between(1000, 3 * MINUTE));
  }

  async #happen(): Promise<void> {
    const { dice, branch, world, network, office, sticks } = this;
    const event = dice.pick([...EVENTS]);
    if (event !== 'append') this.tell(event);
    switch (event) {
      case 'append':
        return this.append(dice.pick([1, 1, 2, 5, 15]));
      case 'burst-while-syncing':
        for (let i = 0; i < 4; i += 1) world.set(() => this.append(dice.between(1, 4)), dice.between(0, 3000));
        return;
      case 'branch-killed':
        branch.die();
        return this.#startSoon();
      case 'branch-killed-at-await':
        branch.diesAfterCalls = dice.between(1, 12);
        branch.process?.client.linkReturned();
        await world.pass(dice.between(2000, 20_000));
        branch.die();
        return this.#startSoon();
      case 'branch-killed-at-commit':
        branch.diesAtCommit = { commits: dice.between(1, 10), isAfter: dice.chance(0.5) };
        branch.process?.client.linkReturned();
        await world.pass(dice.between(2000, 20_000));
        branch.die();
        return this.#startSoon();
      case 'branch-backed-up':
        if (branch.isEnrolled) branch.backUp();
        return;
      case 'branch-restored':
        if (branch.backup === null || !branch.isEnrolled) return;
        this.judge.forget(branch);
        return await branch.restore();
      case 'branch-disk-full':
        branch.isDiskFull = true;
        world.set(() => (branch.isDiskFull = false), dice.between(1000, 5 * MINUTE));
        return this.append(1);
      case 'office-backed-up':
        if (branch.isEnrolled) await office.snapshot();
        return;
      case 'office-restored':
        await office.restore();
        return;
      case 'branch-clock-off':
        branch.wallOffset = dice.pick([-10, -1, 1, 10]) * 365 * 86_400_000 * dice.next();
        return;
      case 'office-clock-off':
        this.#officeOffset = dice.pick([-10, -1, 1, 10]) * 365 * 86_400_000 * dice.next();
        return;
      case 'line-down':
        network.isDown = true;
        world.set(() => (network.isDown = false), dice.between(1000, 10 * MINUTE));
        return;
      case 'second-witness-down':
        network.isWitnessDown = true;
        world.set(() => (network.isWitnessDown = false), dice.between(1000, 10 * MINUTE));
        return;
      case 'stick-exported':
        return await sticks.exportOne();
      case 'stick-imported':
        return await sticks.importOne();
      case 'stick-reply-taken':
        return sticks.takeReply();
    }
  }

  #startSoon(): void {
    const { branch, world, dice } = this;
    world.set(
      () => {
        if (branch.process === null) branch.start();
      },
      dice.between(100, MINUTE),
    );
  }

  /** The line is good, disks have room, and nothing more goes wrong: all of it must be there soon. */
  async comeToRest(...branches: SimBranch[]): Promise<void> {
    const { world, network, office } = this;
    network.trouble = 0;
    network.isDown = false;
    network.isWitnessDown = false;
    office.isFull = false;
    for (const branch of branches) {
      Object.assign(branch, { isDiskFull: false, hasLink: true, diesAfterCalls: null, diesAtCommit: null });
      if (branch.process === null) branch.start();
      branch.process!.client.linkReturned();
    }
    // An answer of before head office was set back may come after it: the branch learns that at its next look, a quarter of an hour later by itself.
    let hasLookedAgain = false;
    for (let minutes = 0; minutes < 40; minutes += 1) {
      await world.pass(MINUTE);
      // One that was killed just now comes back; nobody waits for it longer.
      for (const branch of branches) if (branch.process === null) branch.start();
      for (const branch of branches) this.#liftStop(branch);
      if (!branches.every((branch) => this.isAtRest(branch))) continue;
      if (hasLookedAgain) return;
      hasLookedAgain = true;
      for (const branch of branches) branch.process!.client.linkReturned();
    }
    const { failure, stopped, held, acked } = syncState(branches[0]!.process!.db);
    throw new Violation(
      `no rest within 40 virtual minutes: held ${held}, acknowledged ${acked?.size}, of ${branches[0]!.process!.log.frontier.size}; ${JSON.stringify(stopped ?? failure)}`,
    );
  }

  isAtRest(branch: SimBranch): boolean {
    const { db, log, client } = branch.process!;
    const { acked, held, failure, stopped } = syncState(db);
    const { size } = log.frontier;
    if (stopped?.kind === 'sync-fork') return true;
    return (
      !client.isRunning &&
      failure === null &&
      stopped === null &&
      held === size &&
      acked?.size === size &&
      acked.note.startsWith(`${log.origin}\n`)
    );
  }

  /** What stopped sync waits for a person, who says "now". What a line can bring about is among it: nobody else may. */
  #liftStop(branch: SimBranch): void {
    const one = branch.process!;
    const { db, client } = one;
    const { stopped } = syncState(db);
    if (stopped === null || stopped.kind === 'sync-fork') return;
    const cause = String(stopped.facts.cause ?? stopped.kind);
    this.lifted.push(cause);
    client.now().catch((error: unknown) => {
      if (one.isAlive) this.world.failure ??= error;
    });
  }

  async end(): Promise<void> {
    this.branch.die();
    this.world.end();
    rmSync(this.folder, { recursive: true, force: true });
    await this.office.empty();
  }
}

const EVENTS = [
  'append',
  'append',
  'append',
  'append',
  'burst-while-syncing',
  'burst-while-syncing',
  'branch-killed',
  'branch-killed-at-await',
  'branch-killed-at-commit',
  'branch-backed-up',
  'branch-backed-up',
  'branch-restored',
  'branch-disk-full',
  'office-backed-up',
  'office-backed-up',
  'office-restored',
  'office-restored',
  'branch-clock-off',
  'office-clock-off',
  'line-down',
  'second-witness-down',
  'stick-exported',
  'stick-exported',
  'stick-imported',
  'stick-imported',
  'stick-reply-taken',
] as const;

export async function runSeed(office: SimOffice, seed: number, options: RunOptions): Promise<RunResult> {
  const giveBack = drawKeysFrom(seed);
  const run = new Run(office, seed, options);
  const plan = options.plan ?? run.dice.pick<Plan>([...Array<Plan>(14).fill('faults'), 'cloned-disk', 'set-back-disk']);
  let failure: Error | null = null;
  let entries = 0;
  let acknowledged = 0;
  const bug = (error: unknown): void => {
    // What a process that was killed had under way.
    if (!(error instanceof Died)) run.world.failure ??= error;
  };
  process.on('unhandledRejection', bug);
  try {
    await run.begin();
    await run.suffer();
    await run.comeToRest(run.branch);
    await run.judge.noForks();
    const stored = run.branch.stored();
    await run.judge.holdsAll(run.branch.process!, stored);
    await run.judge.holdsBeginnings(run.branch);
    run.judge.observeBranch(run.branch.process!);
    entries = run.branch.process!.log.frontier.size;
    acknowledged = syncState(run.branch.process!.db).acked?.size ?? 0;
    if (plan !== 'faults') await expectFork(run, plan);
  } catch (error) {
    failure = error as Error;
  } finally {
    const { requests } = run.network;
    await run.end();
    process.off('unhandledRejection', bug);
    giveBack();
    run.trace.push(`requests ${requests}`);
  }
  const { events, trace, lifted, forkFound, world } = run;
  const digest = createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16);
  const virtualMs = world.now - Date.parse('2026-12-01T09:00:00.000Z');
  return {
    seed,
    plan,
    events,
    trace,
    entries,
    acknowledged,
    requests: run.network.requests,
    virtualMs,
    forkFound,
    lifted,
    failure,
    digest,
  };
}

/** The client that takes HTTP 200 for an acknowledgement. */
function believeStatus({ db, log }: Process): void {
  const { acked } = syncState(db);
  const { size } = log.frontier;
  changeSyncState(db, { held: size, acked: { size, note: acked?.note ?? `${log.origin}\n` } });
}

/** The client that believes what it remembers of head office, and not what head office says: it never sends again. */
function believeItself({ db, log }: Process, answer: OfficeAnswer): void {
  const { acked } = syncState(db);
  if (acked === null || !acked.note.startsWith(`${log.origin}\n`) || !/"size":/.test(answer.body.toString())) return;
  try {
    const told = JSON.parse(answer.body.toString()) as { size?: number; state?: { size: number } };
    const state = (told.state ?? told) as { size: number; root: string; note: string };
    if (state.root === undefined || state.size >= acked.size) return;
    Object.assign(state, { size: acked.size, root: rootAt(db, acked.size)!.toString('base64'), note: acked.note });
    answer.body = Buffer.from(JSON.stringify(told));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

/** A head office for tests, and logs of branches that are made without a branch. Knows no test runner. */
import { createHash, generateKeyPairSync, hash, type KeyObject, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { LogEntry, UnstampedEntry } from '../../contract/log-entry.ts';
import type { BranchReport, Enrolment, SubmissionHead } from '../../contract/sync.ts';
import { makeOfficeKeys } from '../../headoffice/office-keys.ts';
import { buildReceiver, type ReceiverOptions } from '../../headoffice/receive/build-receiver.ts';
import { logOf } from '../../headoffice/receive/log-rows.ts';
import type { Receiving } from '../../headoffice/receive/receiving.ts';
import { putEpoch } from '../../headoffice/receive/register-epoch.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import type { Store } from '../../headoffice/store/store.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, type Frontier, leafHash, rootOf } from '../../ledger/merkle.ts';
import { type NoteSigner, noteSigner } from '../../ledger/note-keys.ts';
import type { Submission } from '../../ledger/submission.ts';
import { decisionDraft } from './log-samples.ts';

/** The time at which a test's head office and branches live, unless it says otherwise. */
export const NOW = Date.parse('2026-12-01T12:00:00.000Z');

/** @param database `memory://` by default */
export async function openTestHeadOffice(database = 'memory://', now: () => number = () => NOW): Promise<Receiving> {
  const store = await openStore({ database, partitions: 4 });
  return { store, keys: await makeOfficeKeys('Test Bank', 'sync.bank.example'), now };
}

export interface TestDevice {
  /** `keyid` of its requests. */
  id: string;
  publicKey: Buffer;
  privateKey: KeyObject;
}

export function testDevice(): TestDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  return { id: hash('sha256', raw, 'hex'), publicKey: raw, privateKey };
}

/** A branch's log that was made here: entries, checkpoints and submissions of any part of it. */
export class TestBranchLog {
  readonly signer: NoteSigner;
  readonly entries: Buffer[] = [];
  readonly log: string;
  /** Number of the genesis entry of this epoch, and the epoch before. */
  readonly genesisSeq: number;
  readonly previous: string | null;
  #wall = NOW - 3_600_000;

  constructor(origin: string, before: { log: TestBranchLog; size: number } | null = null, seed: Uint8Array = randomBytes(32)) {
    this.signer = noteSigner(origin, seed);
    this.log = logOf(origin);
    this.genesisSeq = before?.size ?? 0;
    this.previous = before?.log.origin ?? null;
    this.entries.push(...(before?.log.entries.slice(0, before.size) ?? []));
    const previous = before === null ? null : { origin: before.log.origin, checkpoint: null };
    const cause = before === null ? {} : { cause: 'restored' as const };
    this.append({ type: 'genesis', actor: 'system', role: 'system', origin, vkey: this.signer.vkey, previous, ...cause });
  }

  get origin(): string {
    return this.signer.name;
  }
  get size(): number {
    return this.entries.length;
  }
  /** As its branch registers it. */
  get epoch(): Pick<Enrolment, 'v' | 'origin' | 'vkey' | 'previous'> {
    const previous = this.previous === null ? null : { origin: this.previous, size: this.genesisSeq };
    return { v: 1, origin: this.origin, vkey: this.signer.vkey, previous };
  }

  append(entry: UnstampedEntry): LogEntry {
    const stamped = {
      ...entry,
      v: 1,
      seq: this.entries.length,
      wall: new Date(this.#wall++).toISOString(),
      boot: 'boot-1',
      mono: this.entries.length,
      anchor: null,
      code: { outpost: '0.1.0', node: '24.0.0', onnxruntime: '1.30.0', platform: 'linux-x64' },
    } as LogEntry;
    this.appendBytes(Buffer.from(canonicalise(stamped)));
    return stamped;
  }

  /** Bytes that need be no entry at all. */
  appendBytes(bytes: Buffer): void {
    this.entries.push(bytes);
  }

  /** @param from number of the first one's application */
  decide(count: number, from = this.entries.length): this {
    for (let n = 0; n < count; n++) this.append(decisionDraft(from + n));
    return this;
  }

  frontier(size = this.size): Frontier {
    return extendFrontier(
      EMPTY_FRONTIER,
      this.entries.slice(0, size).map((bytes) => leafHash(bytes)),
    ).frontier;
  }

  root(size = this.size): Buffer {
    return rootOf(this.frontier(size));
  }

  checkpoint(size = this.size): string {
    return signCheckpoint(size, this.root(size), this.signer);
  }

  report(change: Partial<BranchReport> = {}): BranchReport {
    return {
      app: '0.1.0',
      platform: 'linux-x64',
      wall: new Date(NOW).toISOString(),
      logSize: this.size,
      diskFreeBytes: 5e10,
      troubles: [],
      ...change,
    };
  }

  /** Of the entries [from, to). */
  submission(from: number, to = this.size, change: Partial<SubmissionHead> = {}, report: Partial<BranchReport> = {}): Submission {
    const head: SubmissionHead = { v: 1, log: this.log, from, checkpoint: this.checkpoint(to), report: this.report(report), ...change };
    return { head, entries: this.entries.slice(from, to) };
  }

  /** The same folder, copied: the same key, and another future. */
  copy(size = this.size): TestBranchLog {
    const seed = Buffer.from(this.signer.skey.split('+').slice(4).join('+'), 'base64').subarray(1);
    const copied = new TestBranchLog(this.origin, null, seed);
    copied.entries.splice(0, 1, ...this.entries.slice(0, size));
    return copied;
  }
}

let made = 0;

/** A log of a new folder, with a genesis entry and nothing else. */
export function testBranchLog(branch = 'madrid-01'): TestBranchLog {
  return new TestBranchLog(`outpost.invalid/branch-${branch}/epoch-1-${++made}-${process.pid}`);
}

/** Makes a branch, a device of it and the log known, past the branch file. */
export async function enrolTestBranch(
  at: Receiving,
  log: TestBranchLog,
  branch = 'madrid-01',
  device: TestDevice = testDevice(),
): Promise<TestDevice> {
  await at.store.transaction(async (sql) => {
    await sql.query('INSERT INTO branches (branch, name) VALUES ($1, $2) ON CONFLICT (branch) DO NOTHING', [branch, `Branch ${branch}`]);
    await sql.query(
      `INSERT INTO devices (device, branch, public_key, recipient, platform) VALUES ($1, $2, $3, 'age1', 'linux-x64') ON CONFLICT (device) DO NOTHING`,
      [device.id, branch, device.publicKey],
    );
    const row = await putEpoch(at, sql, branch, device.id, log.epoch, 'may-be-unknown');
    if ('problem' in row) throw new Error(row.problem.detail);
  });
  return device;
}

/** A branch file's token as head office keeps it. */
export async function issueTestToken(store: Store, branch: string, expires: number = NOW + 86_400_000): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await store.query(`INSERT INTO branch_files (token_sha256, branch, issued_by, expires_at) VALUES ($1, $2, 'test', $3)`, [
    createHash('sha256').update(token).digest('hex'),
    branch,
    new Date(expires),
  ]);
  return token;
}

export function testEnrolment(log: TestBranchLog, device: TestDevice, branch: string, token: string): Enrolment {
  return {
    ...log.epoch,
    branch,
    token,
    device: { id: device.id, publicKey: device.publicKey.toString('base64'), recipient: 'age1test', platform: 'linux-x64' },
  };
}

/** What head office holds of a log, read from its bytes, across epochs. */
export async function heldEntries(store: Store, log: string): Promise<Buffer[]> {
  type Row = { log_no: number; base_log_no: number | null; base_size: number; size: number };
  const [row] = await store.query<Row>('SELECT log_no, base_log_no, base_size, size FROM logs WHERE log = $1', [log]);
  if (row === undefined) return [];
  const [base] =
    row.base_log_no === null ? [] : await store.query<{ log: string }>('SELECT log FROM logs WHERE log_no = $1', [row.base_log_no]);
  const before = base === undefined ? [] : (await heldEntries(store, base.log)).slice(0, row.base_size);
  const own = await store.query<{ seq: number; bytes: Buffer }>('SELECT seq, bytes FROM entries WHERE log_no = $1 ORDER BY seq', [
    row.log_no,
  ]);
  if (own.some(({ seq }, i) => seq !== before.length + i)) throw new Error('entries are not in order without gaps');
  return [...before, ...own.map(({ bytes }) => bytes)];
}

/** A receiver of this process that listens on a port of its own, or on this one. */
export async function startReceiver(
  { store, keys, now }: Receiving,
  options: Partial<ReceiverOptions> = {},
  port = 0,
): Promise<{ base: string; app: FastifyInstance; stop(): Promise<void> }> {
  const app = buildReceiver({ store, keys, now, ...options });
  const base = await app.listen({ port, host: '127.0.0.1' });
  return {
    base,
    app,
    async stop() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

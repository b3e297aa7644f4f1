/**
 * Head office of the simulator: the real receivers (two, as behind a balancer) on one store in memory, whose disk fills, whose processes die within a transaction,
 * and which is set back to an earlier backup. One for a process; emptied between runs.
 */
import { createHash, createPrivateKey, hash, type KeyObject } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { OfficeKeys } from '../../../headoffice/office-keys.ts';
import { buildReceiver } from '../../../headoffice/receive/build-receiver.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Sql, Store } from '../../../headoffice/store/store.ts';
import { addCheckpoint } from '../../../headoffice/witness/add-checkpoint.ts';
import { type NoteVerifier, noteSigner, parseVkey } from '../../../ledger/note-keys.ts';
import { witnessNamed } from '../../support/witnesses.ts';

export const OFFICE_URL = 'https://office.invalid';
export const WITNESS_URL = 'https://witness.invalid';
export const BRANCH = 'madrid-01';

const seedOf = (name: string) => createHash('sha256').update(name).digest();

export const OFFICE_KEYS: OfficeKeys = {
  name: 'Simulated Bank',
  office: noteSigner('sync.invalid/head-office', seedOf('office')),
  witness: witnessNamed('head-office'),
  identity: '',
  recipient: '',
};
export const OFFICE_VERIFIER: NoteVerifier = parseVkey(OFFICE_KEYS.witness.vkey)!;
export const SECOND_WITNESS = witnessNamed('audit');

/** The branch's device: the same in every run. */
export const DEVICE = deviceOf(seedOf('device'));

function deviceOf(seed: Buffer): { id: string; publicKey: Buffer; privateKey: KeyObject } {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(privateKey.export({ format: 'jwk' }).x!, 'base64url');
  return { id: hash('sha256', publicKey, 'hex'), publicKey, privateKey };
}

/** Tables of a branch's logs: what a backup brings back. */
const KEPT = [
  'logs',
  'entries',
  'checkpoints',
  'batches',
  'daily_decisions',
  'in_place',
  'uploads',
  'upload_parts',
  'evidence',
  'alarms',
  'deliveries',
  'outcomes',
  'devices',
  'branches',
  'branch_files',
];
/** The second witness has a database of its own: nothing of it is set back with head office's. */
const ALL = [...KEPT, 'actions', 'witnessed', 'witnessed_checkpoints'];

/** What happens to the next transaction that changes something. */
export interface StoreFault {
  kind: 'killed' | 'killed-after-commit' | 'disk-full';
  /** At which of its statements. */
  at: number;
  isOver: boolean;
}

export interface OfficeAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** How a receiver is broken on purpose, to see that it is found. */
export type BrokenReceiver = 'no-transactions' | 'answers-before-commit' | null;

export class SimOffice {
  readonly store: Store;
  readonly at: Receiving;
  #receivers: FastifyInstance[] = [];
  #turn = 0;
  now: () => number = Date.now;
  fault: StoreFault | null = null;
  isFull = false;
  broken: BrokenReceiver = null;
  #hasSnapshot = false;
  #runs = 0;

  private constructor(store: Store) {
    this.store = store;
    this.at = {
      store: { ...store, query: (text, values) => store.query(text, values), transaction: (work) => this.#transaction(work) },
      keys: OFFICE_KEYS,
      now: () => this.now(),
    };
  }

  /** @param database an empty one, of its own */
  static async open(database = 'memory://'): Promise<SimOffice> {
    const office = new SimOffice(await openStore({ database, partitions: 1, connections: 4 }));
    // Thousands of runs in one memory: no journal of it is kept. What a crash would leave is not looked at here: transactions are.
    for (const table of ALL) await office.store.query(`ALTER TABLE ${table} SET UNLOGGED`);
    for (const table of KEPT) await office.store.query(`CREATE UNLOGGED TABLE kept_${table} (LIKE ${table})`);
    office.#receivers = [await office.#receiver(), await office.#receiver()];
    return office;
  }

  async close(): Promise<void> {
    for (const receiver of this.#receivers) await receiver.close();
    await this.store.close();
  }

  async #receiver(): Promise<FastifyInstance> {
    const app = buildReceiver({ ...this.at, publicUrl: OFFICE_URL, limits: { requestsPerMinute: 1e9 }, isShowingMetrics: false });
    // Without a socket there is nobody who sets it (light-my-request); a part that breaks off says so by this header.
    app.addHook('onRequest', async ({ raw, headers }) => Object.assign(raw, { complete: headers['x-breaks-off'] === undefined }));
    await app.ready();
    return app;
  }

  /** The answer of one of the receivers; null: its process died, and another one has taken its place. */
  async answer({ method, path, headers, body }: Asked): Promise<OfficeAnswer | null> {
    const which = this.#turn++ % this.#receivers.length;
    const { fault } = this;
    const sent = body.length > 0 || method === 'POST' || method === 'PATCH' ? { payload: body } : {};
    const answer = await this.#receivers[which]!.inject({ method: method as 'GET', url: path, headers, ...sent });
    if (fault?.isOver === true && fault.kind !== 'disk-full') {
      this.fault = null;
      await this.#receivers[which]!.close();
      this.#receivers[which] = await this.#receiver();
      return null;
    }
    const told = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || Array.isArray(value) ? [] : [[name, String(value)]],
    );
    return { status: answer.statusCode, headers: told, body: answer.rawPayload };
  }

  async witness(body: string): Promise<OfficeAnswer> {
    const answer = await addCheckpoint({ store: this.store, signer: SECOND_WITNESS, now: () => this.now() }, body);
    const text = 'cosignature' in answer ? answer.cosignature : 'size' in answer ? `${answer.size}\n` : answer.text;
    return { status: answer.status, headers: [['content-type', 'text/plain']], body: Buffer.from(text) };
  }

  async #transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const { fault, isFull, broken, store } = this;
    if (broken === 'no-transactions') return await work(failing(store, fault, isFull));
    if (broken === 'answers-before-commit' && fault !== null) return await this.#unkept(work, fault);
    const result = await store.transaction((sql) => work(failing(sql, fault, isFull)));
    if (fault?.kind === 'killed-after-commit' && !fault.isOver) {
      fault.isOver = true;
      throw new ProcessDied();
    }
    return result;
  }

  async #unkept<T>(work: (sql: Sql) => Promise<T>, fault: StoreFault): Promise<T> {
    let answer: { result: T } | null = null;
    await this.store
      .transaction(async (sql) => {
        answer = { result: await work(sql) };
        throw new ProcessDied();
      })
      .catch((error: unknown) => {
        if (!(error instanceof ProcessDied)) throw error;
      });
    if (fault.kind !== 'disk-full') this.fault = null;
    return answer!.result;
  }

  /** A backup of everything that head office holds. */
  async snapshot(): Promise<void> {
    await this.store.transaction(async (sql) => {
      await sql.query(together(KEPT.map((table) => `DELETE FROM kept_${table}`)));
      await sql.query(together(KEPT.map((table) => `INSERT INTO kept_${table} SELECT * FROM ${table}`)));
    });
    this.#hasSnapshot = true;
  }

  /** @returns whether there was a backup to go back to */
  async restore(): Promise<boolean> {
    if (!this.#hasSnapshot) return false;
    await this.store.transaction(async (sql) => {
      await sql.query(together(KEPT.map((table) => `DELETE FROM ${table}`)));
      await sql.query(together(KEPT.map((table) => `INSERT INTO ${table} SELECT * FROM kept_${table}`)));
    });
    return true;
  }

  /** For the next run. */
  async empty(): Promise<void> {
    // Deleting is quicker and leaves the rows' places behind; now and then those are given back.
    this.#runs += 1;
    if (this.#runs % 200 === 0) await this.store.query(`TRUNCATE ${[...ALL, ...KEPT.map((table) => `kept_${table}`)].join(', ')}`);
    else await this.store.query(together(ALL.map((table) => `DELETE FROM ${table}`)));
    Object.assign(this, { fault: null, isFull: false, broken: null });
    this.#hasSnapshot = false;
    this.#turn = 0;
  }
}

/** Many statements in one. */
function together(statements: readonly string[]): string {
  return `WITH ${statements.map((statement, i) => `s${i} AS (${statement})`).join(', ')} SELECT 1`;
}

class ProcessDied extends Error {}

/** PostgreSQL's own word for a full disk, at the first statement that writes. */
function failing(sql: Sql, fault: StoreFault | null, isFull: boolean): Sql {
  let statements = 0;
  return {
    query: async (text, values) => {
      statements += 1;
      const isWriting = /^\s*(INSERT|UPDATE|DELETE)/.test(text);
      if (isFull && isWriting) throw Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' });
      if (fault !== null && !fault.isOver && fault.kind === 'killed' && statements >= fault.at) {
        fault.isOver = true;
        throw new ProcessDied();
      }
      return await sql.query(text, values);
    },
  };
}

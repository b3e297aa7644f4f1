/** A branch of the scale model: a log of real decisions that keeps nothing but what its next submission needs. */
import { createHash, randomUUID } from 'node:crypto';
import type { UnstampedEntry } from '../../../contract/log-entry.ts';
import { logNoOf, logOf } from '../../../headoffice/receive/log-rows.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { canonicalise } from '../../../ledger/canonical-json.ts';
import { signCheckpoint } from '../../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../../../ledger/merkle.ts';
import { type NoteSigner, noteSigner } from '../../../ledger/note-keys.ts';
import type { Submission } from '../../../ledger/submission.ts';

const seed = (text: string): Buffer => createHash('sha256').update(text).digest();
const CODE = { outpost: '0.1.0', node: '24.0.0', onnxruntime: '1.30.0', platform: 'win32-x64' };

export class SimulatedBranch {
  readonly name: string;
  readonly device: string;
  readonly log: string;
  readonly #signer: NoteSigner;
  readonly #decisions: readonly UnstampedEntry[];
  #frontier = EMPTY_FRONTIER;
  #turn: number;

  constructor(n: number, decisions: readonly UnstampedEntry[]) {
    this.name = `branch-${String(n).padStart(5, '0')}`;
    this.device = seed(`device ${n}`).toString('hex');
    this.#signer = noteSigner(`bench.example/${this.name}/epoch-1`, seed(this.name));
    this.log = logOf(this.#signer.name);
    this.#decisions = decisions;
    this.#turn = n * 37;
  }

  get row(): Record<string, unknown> {
    const { name: origin, vkey } = this.#signer;
    return { branch: this.name, device: this.device, log_no: logNoOf(this.log), log: this.log, origin, vkey };
  }

  /** The next decisions; the first one brings the log's first entry too. */
  submit(count: number): Submission {
    const from = this.#frontier.size;
    const first: UnstampedEntry[] = from > 0 ? [] : [this.#genesis()];
    const decisions = Array.from({ length: count }, () => ({
      ...this.#decisions[this.#turn++ % this.#decisions.length]!,
      application: randomUUID(),
    }));
    const entries = [...first, ...(decisions as UnstampedEntry[])].map((entry, i) => this.#stamp(entry, from + i));
    ({ frontier: this.#frontier } = extendFrontier(
      this.#frontier,
      entries.map((entry) => leafHash(entry)),
    ));
    const { size } = this.#frontier;
    const checkpoint = signCheckpoint(size, rootOf(this.#frontier), this.#signer);
    const wall = new Date().toISOString();
    const report = { app: CODE.outpost, platform: CODE.platform, wall, logSize: size, diskFreeBytes: 5e10, troubles: [] };
    return { head: { v: 1, log: this.log, from, checkpoint, report }, entries };
  }

  #genesis(): UnstampedEntry {
    const { name: origin, vkey } = this.#signer;
    return { type: 'genesis', actor: 'system', role: 'system', origin, vkey, previous: null };
  }

  #stamp(entry: UnstampedEntry, seq: number): Buffer {
    const stamp = { v: 1, seq, wall: new Date().toISOString(), boot: 'boot-1', mono: seq * 1000, anchor: null, code: CODE };
    return Buffer.from(canonicalise({ ...entry, ...stamp }));
  }
}

/** Rows as an enrolment leaves them. */
export async function enrolAll(store: Store, branches: readonly SimulatedBranch[]): Promise<void> {
  const columns = 'AS r(branch text, device text, log_no bigint, log text, origin text, vkey text)';
  for (let at = 0; at < branches.length; at += 2000) {
    const rows = JSON.stringify(branches.slice(at, at + 2000).map(({ row }) => row));
    await store.query(`INSERT INTO branches (branch, name) SELECT branch, branch FROM jsonb_to_recordset($1::jsonb) ${columns}`, [rows]);
    await store.query(
      `INSERT INTO devices (device, branch, public_key, recipient, platform)
       SELECT device, branch, '\\x00', 'age1', 'win32-x64' FROM jsonb_to_recordset($1::jsonb) ${columns}`,
      [rows],
    );
    await store.query(
      `INSERT INTO logs (log_no, log, branch, device, origin, vkey, frontier)
       SELECT log_no, log, branch, device, origin, vkey, '\\x' FROM jsonb_to_recordset($1::jsonb) ${columns}`,
      [rows],
    );
  }
}

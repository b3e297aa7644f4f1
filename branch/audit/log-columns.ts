/**
 * What the log is filtered by, in columns of numbers: 33 bytes an entry, so that any filter over a million entries is a walk through
 * memory of a few milliseconds instead of a question that reads every row of the database.
 */
import { type DecisionCells, type EventCells, listCells } from '../../db/audit-rows.ts';
import type { Reader } from '../../db/handle.ts';
import { Words } from './words.ts';

/** In `overriddenBy`: not overridden. */
export const NEVER = 0xffffffff;

export class LogColumns {
  /** Entries that are read in. */
  size = 0;
  readonly types = new Words(0xff);
  readonly outcomes = new Words(0xff);
  readonly overrides = new Words(0xff);
  readonly people = new Words(0xffff);
  readonly products = new Words(0xffff);
  readonly modelVersions = new Words(0xffff);
  readonly policyVersions = new Words(0xffff);
  /** Whole sets of reasons, with spaces. */
  readonly reasonSets = new Words(0xffffffff);
  /** Milliseconds since 1970 by the PC's clock; NaN for a time that cannot be read. */
  wall = new Float64Array(0);
  /** 0 where the query tables lack the entry, which verification tells. */
  type = new Uint8Array(0);
  outcome = new Uint8Array(0);
  override = new Uint8Array(0);
  /** Number of the first review that overrode this decision (for such a review: its own), else `NEVER`. */
  overriddenBy = new Uint32Array(0);
  actor = new Uint16Array(0);
  /** Account that failed to sign in. */
  failed = new Uint16Array(0);
  product = new Uint16Array(0);
  modelVersion = new Uint16Array(0);
  policyVersion = new Uint16Array(0);
  reasons = new Uint32Array(0);

  /** Reads the entries in from where it stands to before `to`. */
  extend(reader: Reader, to: number): void {
    const { decisions, events } = listCells(reader, this.size, to);
    this.#makeRoom(to);
    for (const cells of decisions) this.#putDecision(cells);
    // After the decisions: an override is always later than what it overrides.
    for (const cells of events) this.#putEvent(cells);
    this.size = to;
  }

  #putDecision([seq, wall, actor, outcome, product, modelVersion, policyVersion, reasons]: DecisionCells): void {
    this.wall[seq] = Date.parse(wall);
    this.type[seq] = this.types.code('decision');
    this.actor[seq] = this.people.code(actor);
    this.outcome[seq] = this.outcomes.code(outcome);
    this.product[seq] = this.products.code(product);
    this.modelVersion[seq] = this.modelVersions.code(modelVersion);
    this.policyVersion[seq] = this.policyVersions.code(policyVersion);
    this.reasons[seq] = this.reasonSets.code(reasons);
  }

  #putEvent([seq, wall, actor, type, outcome, override, about, detail]: EventCells): void {
    this.wall[seq] = Date.parse(wall);
    this.type[seq] = this.types.code(type);
    this.actor[seq] = this.people.code(actor);
    this.outcome[seq] = this.outcomes.code(outcome);
    this.override[seq] = this.overrides.code(override);
    // The detail is account and count; '-' stands for a name that nobody has.
    const account = detail?.split(' ')[0];
    this.failed[seq] = this.people.code(account === undefined || account === '-' ? null : account);
    if (override === null) return;
    this.overriddenBy[seq] = seq;
    if (about !== null && about < seq) this.overriddenBy[about] = Math.min(this.overriddenBy[about]!, seq);
  }

  #makeRoom(size: number): void {
    const before = this.wall.length;
    if (size <= before) return;
    const room = Math.max(size, 2 * before, 1024);
    this.wall = grown(this.wall, new Float64Array(room));
    for (const name of ['type', 'outcome', 'override'] as const) this[name] = grown(this[name], new Uint8Array(room));
    for (const name of ['actor', 'failed', 'product', 'modelVersion', 'policyVersion'] as const)
      this[name] = grown(this[name], new Uint16Array(room));
    this.reasons = grown(this.reasons, new Uint32Array(room));
    this.overriddenBy = grown(this.overriddenBy, new Uint32Array(room).fill(NEVER));
    this.wall.fill(Number.NaN, before);
  }
}

function grown<Column extends { set(from: Column): void }>(from: Column, into: Column): Column {
  into.set(from);
  return into;
}

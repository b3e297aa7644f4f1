/**
 * A policy that is not active over the decisions that the log holds: whom it would decide otherwise. Reads entry after entry and keeps counts only, so a
 * log of any length takes the same memory. Appends nothing.
 */
import { setImmediate } from 'node:timers/promises';
import type { Artefact } from '../contract/entry-base.ts';
import { Failed } from '../contract/failure.ts';
import type { DecisionEntry } from '../contract/log-entry.ts';
import type { PolicyFinding } from '../contract/policy.ts';
import type { Reader } from '../db/handle.ts';
import { getLogState, listEntries, type StoredEntry } from '../db/log-entries.ts';
import { OutcomeShift, type ShiftReport } from '../decision/compare/outcome-shift.ts';
import { preparePolicy } from '../decision/policy/prepare.ts';
import { prepareSimulation, type Simulated, type StoredCase } from '../decision/policy/simulate.ts';
import type { LoadedPolicy, LoadedProduct } from '../decision/ports.ts';
import { leafHash } from '../ledger/merkle.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';

/** Entries that are read at once. */
const GROUP = 512;
const DAY_MS = 86_400_000;

export interface SimulationRange {
  /** Days by the clock of the PC that decided, both inclusive, YYYY-MM-DD; null: from the first, to the last. */
  from: string | null;
  to: string | null;
}

interface Approvals {
  count: number;
  /** Mean PD, from the PDs of the day; null where nobody who has one was approved. */
  expectedBadRate: number | null;
}

export interface SimulationReport extends ShiftReport {
  policy: Artefact;
  product: string;
  findings: PolicyFinding[];
  approvedBefore: Approvals;
  approvedAfter: Approvals;
  /** Rules of the new policy that refer or decline, by how often they held, most often first. */
  fired: { rule: string; count: number }[];
  /** Entries of this product whose bytes are not those that were hashed: not counted, and verifying the log tells more. */
  damaged: number;
}

export type SimulationStep = { step: 'progress'; done: number; total: number } | { step: 'report'; report: SimulationReport };

/** @throws Failed `policy-malformed` where the policy must not be used for the product, `file-unreadable` and `file-malformed` about products */
export async function* simulatePolicy(
  { db, store }: { db: Reader; store: ArtefactStore },
  loaded: LoadedPolicy,
  range: SimulationRange,
): AsyncGenerator<SimulationStep, void, void> {
  const tally = new Tally(loaded);
  const [first, end] = [range.from === null ? Number.NEGATIVE_INFINITY : Date.parse(range.from), endOf(range.to)];
  const total = getLogState(db).size;
  for (let at = 0; at < total; ) {
    const stored = listEntries(db, at, Math.min(GROUP, total - at));
    if (stored.length === 0) break;
    for (const one of stored) {
      if (one.type !== 'decision') continue;
      const entry = entryOf(one);
      if (entry === null) {
        tally.damaged += 1;
        continue;
      }
      const wall = Date.parse(entry.wall);
      if (entry.product.name !== loaded.policy.product || wall < first || wall >= end) continue;
      tally.add(entry, tally.simulation(entry.product.sha256) ?? tally.prepare(await store.loadProduct(entry.product.sha256)));
    }
    at = stored.at(-1)!.seq + 1;
    yield { step: 'progress', done: at, total };
    await setImmediate();
  }
  yield { step: 'report', report: tally.report() };
}

function endOf(day: string | null): number {
  return day === null ? Number.POSITIVE_INFINITY : Date.parse(day) + DAY_MS;
}

/** null: bytes that are not those that were hashed. What was hashed had passed its schema. */
function entryOf({ bytes, leafHash: stored }: StoredEntry): DecisionEntry | null {
  return leafHash(bytes).equals(stored) ? (JSON.parse(bytes.toString('utf8')) as DecisionEntry) : null;
}

class Tally {
  damaged = 0;
  readonly #loaded: LoadedPolicy;
  readonly #simulations = new Map<string, (stored: StoredCase) => Simulated>();
  readonly #fired = new Map<string, number>();
  readonly #before = { count: 0, pds: 0, sum: 0 };
  readonly #after = { count: 0, pds: 0, sum: 0 };
  #findings: PolicyFinding[] = [];
  #shift: OutcomeShift | null = null;

  constructor(loaded: LoadedPolicy) {
    this.#loaded = loaded;
  }

  simulation(product: string): ((stored: StoredCase) => Simulated) | undefined {
    return this.#simulations.get(product);
  }

  /** For each definition that the product had: a policy reads its fields. */
  prepare({ artefact, definition }: LoadedProduct): (stored: StoredCase) => Simulated {
    const { prepared, findings } = preparePolicy(this.#loaded, definition);
    this.#findings = findings;
    if (prepared === null) throw unusable(this.#loaded, findings);
    const simulate = prepareSimulation(prepared, definition);
    this.#simulations.set(artefact.sha256, simulate);
    // Groups are those of the first definition that is met: their names must mean the same all through.
    this.#shift ??= new OutcomeShift(definition);
    return simulate;
  }

  add(entry: DecisionEntry, simulate: (stored: StoredCase) => Simulated): void {
    const { outcome, fired } = simulate(entry);
    this.#shift?.add(entry.decision, outcome, entry.protected);
    for (const rule of fired) this.#fired.set(rule, (this.#fired.get(rule) ?? 0) + 1);
    if (entry.decision === 'approve') count(this.#before, entry.pd);
    if (outcome === 'approve') count(this.#after, entry.pd);
  }

  report(): SimulationReport {
    const nobody: ShiftReport = { compared: 0, decidedOtherwise: 0, pairs: [], groups: [], hiddenGroups: 0 };
    return {
      policy: this.#loaded.artefact,
      product: this.#loaded.policy.product,
      findings: this.#findings,
      ...(this.#shift?.report() ?? nobody),
      approvedBefore: approvalsOf(this.#before),
      approvedAfter: approvalsOf(this.#after),
      fired: [...this.#fired]
        .map(([rule, times]) => ({ rule, count: times }))
        .sort((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1)),
      damaged: this.damaged,
    };
  }
}

function count(to: { count: number; pds: number; sum: number }, pd: number | null): void {
  to.count += 1;
  if (pd === null) return;
  to.pds += 1;
  to.sum += pd;
}

const approvalsOf = ({ count: approved, pds, sum }: { count: number; pds: number; sum: number }): Approvals => ({
  count: approved,
  expectedBadRate: pds === 0 ? null : sum / pds,
});

function unusable({ policy }: LoadedPolicy, findings: readonly PolicyFinding[]): Failed {
  const errors = findings.filter(({ level }) => level === 'error');
  return new Failed({
    kind: 'policy-malformed',
    happened: `The policy ${policy.name} ${policy.version} must not be used: ${errors
      .slice(0, 5)
      .map(({ table, rule, message }) => [table, rule, message].filter((part) => part !== null).join(': '))
      .join(' ')}`,
    safe: 'Nothing was simulated and nothing was changed.',
    next: 'Correct the policy; `outpost policy check` lists every finding.',
    facts: { policy: policy.name, version: policy.version, problems: errors.length },
  });
}

/**
 * A challenger held against the champion, over all decisions since both have been in their places: counts, never an applicant. It is read from the rows
 * beside the decisions, page by page; only where the policy's cutoff asks for more than the score are the entries read.
 */
import { setImmediate } from 'node:timers/promises';
import type { Affordability } from '../../contract/decision.ts';
import { Failed } from '../../contract/failure.ts';
import type { ModelManifest } from '../../contract/model-package.ts';
import type { Outcome } from '../../contract/policy.ts';
import { LEAST_CELL, LEAST_COMPARED } from '../../contract/shadow-cells.ts';
import type { ShadowComparison } from '../../contract/update-calls.ts';
import { type Active, listActive } from '../../db/active.ts';
import { shadowPd } from '../../db/compact-shadow.ts';
import { listShadowRows, type ShadowRow } from '../../db/decisions.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';
import { preparePolicy } from '../../decision/policy/prepare.ts';
import { toScore } from '../../decision/score.ts';
import type { ArtefactStore } from '../artefacts/artefact-store.ts';
import type { Branch } from '../branch.ts';
import { readDecision } from '../show-decision.ts';
import { artefactOf } from './activation-entries.ts';
import { ShiftCounts } from './shift-counts.ts';

/** Between two pages other work of the process gets its turn. */
const PAGE = 4096;

/** A data folder to be read, by a handle of its own or beside the writer. */
export interface ComparedFolder {
  db: Reader;
  store: ArtefactStore;
}

/** Beside the writer, by a reading handle of its own: decisions go on. @throws Failed as `compareShadow` */
export async function compareOwnShadow(branch: Branch, product: string, sha256: string): Promise<ShadowComparison> {
  const db = branch.openReader();
  try {
    return await compareShadow({ db, store: branch.store }, product, sha256);
  } finally {
    closeDatabase(db);
  }
}

/** @throws Failed `change-refused` where it is no challenger, what is wrong with an artefact, `disk-error` */
export async function compareShadow({ db, store }: ComparedFolder, product: string, sha256: string): Promise<ShadowComparison> {
  const here = listActive(db).filter((one) => one.product === product);
  const champion = here.find(({ alias }) => alias === 'champion');
  const challenger = here.find((one) => one.alias === 'challenger' && one.sha256 === sha256);
  if (champion === undefined || challenger === undefined) throw notCompared(product);
  const { scaling } = await store.loadManifest(sha256);
  const outcomeOf = await cutoffOf({ db, store }, here);
  const counts = new Counts(sha256, scaling, outcomeOf);
  let after = Math.max(champion.seq, challenger.seq);
  for (;;) {
    const page = listShadowRows(db, { product, modelVersion: champion.version }, after, PAGE);
    for (const row of page) counts.add(row);
    if (page.length < PAGE) break;
    after = page.at(-1)!.seq;
    await setImmediate();
  }
  return { product, champion: artefactOf(champion), challenger: artefactOf(challenger), ...counts.result() };
}

type OutcomeOf = (row: ShadowRow, pd: number, score: number) => Outcome;

class Counts {
  readonly #sha256: string;
  readonly #scaling: ModelManifest['scaling'];
  readonly #outcomeOf: OutcomeOf;
  readonly #shifts = new ShiftCounts();
  readonly #pairs = new Map<string, { from: Outcome; to: Outcome; count: number }>();
  #decisions = 0;
  #unscored = 0;
  #same = 0;
  #from: string | null = null;
  #to: string | null = null;

  constructor(sha256: string, scaling: ModelManifest['scaling'], outcomeOf: OutcomeOf) {
    this.#sha256 = sha256;
    this.#scaling = scaling;
    this.#outcomeOf = outcomeOf;
  }

  add(row: ShadowRow): void {
    const pd = shadowPd(row.shadow, this.#sha256);
    if (pd === undefined || row.pd === null || row.score === null) return;
    if (pd === null) {
      this.#unscored += 1;
      return;
    }
    const score = toScore(pd, this.#scaling);
    this.#decisions += 1;
    this.#from ??= row.wall;
    this.#to = row.wall;
    this.#shifts.add(score - row.score);
    const from = this.#outcomeOf(row, row.pd, row.score);
    const to = this.#outcomeOf(row, pd, score);
    if (from === to) {
      this.#same += 1;
      return;
    }
    const pair = this.#pairs.get(`${from} ${to}`);
    if (pair === undefined) this.#pairs.set(`${from} ${to}`, { from, to, count: 1 });
    else pair.count += 1;
  }

  result(): Omit<ShadowComparison, 'product' | 'champion' | 'challenger'> {
    const isTooFew = this.#decisions < LEAST_COMPARED;
    return {
      decisions: this.#decisions,
      unscored: this.#unscored,
      from: this.#from,
      to: this.#to,
      agreement: isTooFew ? null : this.#same / this.#decisions,
      shift: isTooFew ? null : this.#shifts.summary(),
      histogram: isTooFew ? null : this.#shifts.histogram(),
      shifts: [...this.#pairs.values()]
        .sort((a, b) => b.count - a.count)
        .map(({ from, to, count }) => ({ from, to, count: count < LEAST_CELL ? null : count })),
      isTooFew,
    };
  }
}

const UNASKED: Affordability = {
  amount: null,
  termMonths: null,
  monthlyIncome: null,
  instalment: null,
  debtService: null,
  dti: null,
  disposableIncome: null,
};

/** What the active policy's cutoff tables alone say; without any, and in doubt, a refer. */
async function cutoffOf({ db, store }: ComparedFolder, here: readonly Active[]): Promise<OutcomeOf> {
  const [definition, active] = (['product', 'policy'] as const).map((kind) => here.find((one) => one.kind === kind));
  if (definition === undefined || active === undefined) return () => 'refer';
  const { artefact, policy } = await store.loadPolicy(active.sha256);
  const tables = policy.tables.filter(({ purpose }) => purpose === 'cutoff');
  const product = await store.loadProduct(definition.sha256);
  const { prepared } = preparePolicy({ artefact, policy: { ...policy, tables } }, product.definition, true);
  if (prepared === null || tables.length === 0) return () => 'refer';
  const asksForMore = tables.some(({ inputs }) => inputs.some((input) => input !== 'pd' && input !== 'score'));
  return (row, pd, score) => {
    const { inputs, affordability } = asksForMore ? readDecision(db, row.seq).entry : { inputs: {}, affordability: UNASKED };
    return prepared.evaluate({ answers: inputs, pd, score, affordability }).cutoff ?? 'refer';
  };
}

function notCompared(product: string): Failed {
  return new Failed({
    kind: 'change-refused',
    happened: `${product} has no challenger with that digest, or no champion to hold it against.`,
    safe: 'Nothing was changed.',
    next: 'Look at the challengers that there are.',
    facts: { cause: 'no-challenger' },
  });
}

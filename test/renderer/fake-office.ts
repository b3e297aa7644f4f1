/** The branch service in memory: the real decision, without a database. For looking at the screens and testing them. */
import type { Application, Draft } from '../../contract/application.ts';
import type { DecisionFilter, DecisionRow } from '../../contract/decision-list.ts';
import type { Failure } from '../../contract/failure.ts';
import type { DecisionView, OfficeStatus } from '../../contract/ipc.ts';
import type { Review } from '../../contract/review.ts';
import { FakeAudit } from './fake-audit.ts';
import { FakeDoor } from './fake-door.ts';
import { FakeEnrolment } from './fake-enrolment.ts';
import { FakeKeep } from './fake-keep-state.ts';
import { type FakeProduct, INSTALMENT, PERSONAL } from './fake-model.ts';
import { RECEIPT_TEXT } from './fake-receipt.ts';
import { FakeSync } from './fake-sync.ts';
import { FakeUpdates } from './fake-updates-state.ts';

const ROOT = 'q1Vb8oQ2m3nTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8E=';

export interface FakeOptions {
  products?: FakeProduct[];
  /** Days that models and policies have left. */
  daysLeft?: number;
  /** Milliseconds that a decision takes. */
  deciding?: number;
  status?: Partial<OfficeStatus>;
  /** Who has an account and who is at work; one officer at work where it is not said. */
  door?: FakeDoor;
}

export class FakeOffice {
  /** By the decision that they are of. */
  readonly reviews = new Map<number, Review[]>();
  receiptText = RECEIPT_TEXT;
  readonly drafts = new Map<string, Draft>();
  readonly views: DecisionView[] = [];
  /** Calls of `decide` that came, in order. */
  readonly asked: Application[] = [];
  readonly filters: DecisionFilter[] = [];
  /** Thrown by the next decide. */
  failNext: Failure | null = null;
  /** Set: nothing is answered any more, as by a service that hangs or dies. */
  dead = false;
  readonly products: FakeProduct[];
  readonly options: FakeOptions;
  readonly door: FakeDoor;
  readonly audit: FakeAudit;
  readonly keep = new FakeKeep();
  readonly updates = new FakeUpdates();
  readonly sync = new FakeSync();
  readonly enrolment = new FakeEnrolment();

  constructor(options: FakeOptions = {}) {
    this.options = options;
    this.door = options.door ?? new FakeDoor();
    this.audit = new FakeAudit(this);
    this.products = options.products ?? [INSTALMENT, PERSONAL];
  }

  status(): OfficeStatus {
    const active = (of: FakeProduct, which: 'model' | 'policy') => {
      const { artefact } = of[which];
      const title = which === 'model' ? of.model.manifest.title : of.policy.policy.title;
      const daysLeft = this.options.daysLeft ?? 700;
      return { ...artefact, title, activatedAt: '2026-11-23T08:00:00.000Z', expiresOn: '2028-10-31', daysLeft };
    };
    return {
      branch: 'Riverside',
      origin: 'outpost.example/riverside/1',
      actor: 'a.osei',
      role: 'officer',
      logSize: this.audit.size,
      root: ROOT,
      unsent: this.views.length + 7,
      headOffice: null,
      lastContact: null,
      lastCountersigned: null,
      syncFailure: null,
      diskFreeBytes: 52e9,
      diskLow: false,
      keyProtection: 'passphrase',
      products: this.products.map((of) => ({
        product: of.product.definition.product,
        title: of.product.definition.title,
        model: active(of, 'model'),
        policy: active(of, 'policy'),
      })),
      troubles: [],
      ...this.options.status,
    };
  }

  async decide(application: Application, wall = new Date().toISOString()): Promise<DecisionView> {
    this.asked.push(application);
    const known = this.views.find((view) => view.applicationId === application.applicationId);
    if (known) return known;
    const of = this.products.find(({ product }) => product.definition.product === application.product);
    if (!of) throw new Error('no such product');
    const [decided] = await of.decider.decideAll([application], { today: '2026-11-23', explain: true });
    if (!decided || 'complaints' in decided) throw new Error(`not valid: ${JSON.stringify(decided?.complaints)}`);
    const { policy, manifest } = { ...of.policy, ...of.model };
    const named = Object.keys(decided.identity).length > 0;
    const view: DecisionView = {
      seq: this.views.length + 7,
      leafHash: `${this.views.length.toString(16).padStart(4, '0')}9f2c41b7`.padEnd(64, '5e0d83a6f1c2'),
      wall,
      actor: 'a.osei',
      role: 'officer',
      applicationId: application.applicationId,
      product: of.product.artefact,
      model: of.model.artefact,
      policy: of.policy.artefact,
      inputs: decided.answers,
      protected: decided.protected,
      identity: named ? decided.identity : null,
      decision: decided.decision,
      characteristics: manifest.characteristics,
      features: manifest.features.map(({ name, characteristic }) => ({ name, characteristic })),
      scaling: manifest.scaling,
      referBand: policy.referBand,
      tables: policy.tables,
    };
    this.views.push(view);
    return view;
  }

  rows(filter: DecisionFilter): DecisionRow[] {
    const { search, outcomes, product, from, to } = filter;
    return [...this.views]
      .reverse()
      .map((view) => rowOf(view, this.reviews.get(view.seq)?.at(-1)))
      .filter((row) => !search || row.applicant?.toLowerCase().includes(search.toLowerCase()) || String(row.seq) === search)
      .filter((row) => !outcomes || outcomes.includes(row.outcome))
      .filter((row) => !product || row.product === product)
      .filter((row) => (!from || row.wall.slice(0, 10) >= from) && (!to || row.wall.slice(0, 10) <= to));
  }
}

function rowOf(view: DecisionView, review?: Review): DecisionRow {
  return {
    seq: view.seq,
    wall: view.wall,
    product: view.product.name,
    applicant: view.identity?.full_name ?? null,
    outcome: view.decision.outcome,
    reviewed: review?.outcome ?? null,
    pd: view.decision.pd,
    score: view.decision.score,
    amount: view.decision.affordability.amount,
    actor: view.actor,
    modelVersion: view.model?.version ?? null,
    policyVersion: view.policy?.version ?? null,
  };
}

/** Two model packages side by side: what their manifests say, and what the same applications get from each. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Application } from '../contract/application.ts';
import type { Artefact } from '../contract/entry-base.ts';
import { Failed } from '../contract/failure.ts';
import { OutcomeShift, type ShiftReport } from '../decision/compare/outcome-shift.ts';
import { type Spread, spreadOf } from '../decision/compare/percentiles.ts';
import { type Decider, prepareDecider } from '../decision/decide.ts';
import type { LoadedModel, LoadedPolicy, LoadedProduct } from '../decision/ports.ts';
import { toScore } from '../decision/score.ts';
import type { ClosableModel } from '../models/closable-model.ts';
import { compareManifests, type ManifestChange } from '../models/compare-manifests.ts';
import { loadModel } from '../models/load-model.ts';
import type { OpenedPackage } from '../models/open-package.ts';
import { parsePolicy, readBytes } from './artefacts/parse-artefact.ts';
import { checkModel } from './check-model.ts';
import { readApplications } from './read-applications/read-applications.ts';
import { GROUP_ROWS } from './read-applications/rows.ts';

export interface ComparisonRequest {
  before: string;
  after: string;
  /** File of applications with the form's columns; null: the golden and background rows of both packages. */
  rows: string | null;
  /** File or bundled name of the product; null: the one that the manifests name. */
  product: string | null;
  /** Policy file; null: the bundled one of the product, where there is one. */
  policy: string | null;
}

export interface ModelComparison {
  before: Artefact;
  after: Artefact;
  product: Artefact;
  /** null: there is none, and decisions were not compared. */
  policy: Artefact | null;
  changes: ManifestChange[];
  metrics: { metric: string; before: number | null; after: number | null }[];
  reference: {
    /** Where the rows came from, in words. */
    from: string;
    /** Applications that both models were given, and rows of features that are no applications. */
    applications: number;
    featureRows: number;
    /** Rows of the file that could not be read as an application. */
    setAside: number;
    /** Rows that one model or both could not score. */
    notScored: number;
  };
  /** After minus before, over the rows that both scored; null where there was none. */
  pdShift: Spread | null;
  scoreShift: Spread | null;
  /** null without a policy. */
  decisions: ShiftReport | null;
}

/** @throws Failed what is wrong with a package, the product, the policy or the file of rows */
export async function compareModels(request: ComparisonRequest, bundledDir: string): Promise<ModelComparison> {
  const a = await checkedPackage(request.before, request.product, bundledDir);
  const b = await checkedPackage(request.after, request.product, bundledDir);
  if (a.opened.manifest.product !== b.opened.manifest.product)
    throw usage(
      `The packages are for two products (${a.opened.manifest.product} and ${b.opened.manifest.product}).`,
      'Compare models of one product.',
    );
  const policy = await policyFor(request, a.product, bundledDir);
  const models: ClosableModel[] = [];
  try {
    for (const { opened } of [a, b]) models.push(await loadModel(opened));
    const [before, after] = models as [ClosableModel, ClosableModel];
    const both = new Both(a.product, policy, before, after);
    const { from, setAside } =
      request.rows === null ? await giveOwnRows(both, a.opened, b.opened) : await giveFile(both, request.rows, a.product);
    return {
      before: before.artefact,
      after: after.artefact,
      product: a.product.artefact,
      policy: policy?.artefact ?? null,
      changes: compareManifests(before.manifest, after.manifest),
      metrics: metricsOf(before, after),
      reference: { from, setAside, ...both.counts },
      pdShift: spreadOf(both.pdShifts),
      scoreShift: spreadOf(both.scoreShifts),
      decisions: policy === null ? null : both.shift.report(),
    };
  } finally {
    for (const model of models) await model.close();
  }
}

async function checkedPackage(
  path: string,
  given: string | null,
  bundledDir: string,
): Promise<{ opened: OpenedPackage; product: LoadedProduct }> {
  const { failure, opened, product } = await checkModel(path, given, bundledDir);
  if (failure !== null) throw new Failed(failure);
  if (opened === null || product === null) throw new Error('a package without a report');
  return { opened, product };
}

async function policyFor({ policy }: ComparisonRequest, product: LoadedProduct, bundledDir: string): Promise<LoadedPolicy | null> {
  const bundled = join(bundledDir, product.definition.product, 'policy.json');
  const path = policy ?? (existsSync(bundled) ? bundled : null);
  return path === null ? null : await parsePolicy(readBytes(path), path);
}

/** Two models over the same rows. Keeps numbers and counts, no row. */
class Both {
  readonly counts = { applications: 0, featureRows: 0, notScored: 0 };
  readonly pdShifts: number[] = [];
  readonly scoreShifts: number[] = [];
  readonly shift: OutcomeShift;
  readonly #models: readonly [ClosableModel, ClosableModel];
  readonly #deciders: readonly [Decider, Decider];
  readonly #today: string;
  readonly #product: string;

  constructor(product: LoadedProduct, policy: LoadedPolicy | null, before: ClosableModel, after: ClosableModel) {
    this.shift = new OutcomeShift(product.definition);
    this.#models = [before, after];
    this.#product = product.definition.product;
    // Dates are no part of the comparison: an expired model would refer everybody.
    this.#today = policy?.policy.validFrom ?? before.manifest.trainedOn;
    this.#deciders = [deciderOf(product, policy, before), deciderOf(product, policy, after)];
  }

  async giveAnswers(rows: readonly Readonly<Record<string, Answer>>[]): Promise<void> {
    const applications = rows.map(
      (answers): Application => ({ applicationId: '00000000-0000-4000-8000-000000000000', product: this.#product, answers, identity: {} }),
    );
    const options = { today: this.#today, explain: false };
    const [before, after] = [
      await this.#deciders[0].decideAll(applications, options),
      await this.#deciders[1].decideAll(applications, options),
    ];
    before.forEach((one, i) => {
      const other = after[i]!;
      this.counts.applications += 1;
      if ('complaints' in one || 'complaints' in other) {
        this.counts.notScored += 1;
        return;
      }
      this.shift.add(one.decision.outcome, other.decision.outcome, one.protected);
      this.#compare(one.decision.pd, other.decision.pd);
    });
  }

  /** Rows of the models' own columns; only for models that take the same. */
  async giveFeatures(rows: readonly OpenedPackage['background']['rows'][number][]): Promise<void> {
    const [before, after] = [await this.#models[0].scorer.score(rows), await this.#models[1].scorer.score(rows)];
    before.forEach((one, i) => {
      const other = after[i]!;
      this.counts.featureRows += 1;
      this.#compare('pd' in one ? one.pd : null, 'pd' in other ? other.pd : null);
    });
  }

  #compare(before: number | null, after: number | null): void {
    if (before === null || after === null) {
      this.counts.notScored += 1;
      return;
    }
    this.pdShifts.push(after - before);
    this.scoreShifts.push(toScore(after, this.#models[1].manifest.scaling) - toScore(before, this.#models[0].manifest.scaling));
  }
}

function deciderOf({ artefact, definition }: LoadedProduct, policy: LoadedPolicy | null, model: LoadedModel): Decider {
  const fields = definition.fields.map((field) => (field.use === 'identifying' ? { ...field, whenMissing: 'allow' as const } : field));
  const timeless = { ...model, manifest: { ...model.manifest, expiresOn: '9999-12-31' } };
  const prepared = prepareDecider({ product: { artefact, definition: { ...definition, fields } }, model: timeless, policy });
  if ('failure' in prepared) throw new Failed(prepared.failure);
  return prepared.decider;
}

async function giveOwnRows(both: Both, a: OpenedPackage, b: OpenedPackage): Promise<{ from: string; setAside: number }> {
  const answers = new Map<string, Record<string, Answer>>();
  for (const row of [...a.golden.rows, ...b.golden.rows]) if (row.answers !== null) answers.set(JSON.stringify(row.answers), row.answers);
  await both.giveAnswers([...answers.values()]);
  const columns = ({ manifest }: OpenedPackage) => JSON.stringify(manifest.features.map(({ name, source }) => [name, source]));
  if (columns(a) !== columns(b))
    return { from: 'golden rows of both packages (their columns differ, so background rows cannot be given to both)', setAside: 0 };
  const features = new Map<string, OpenedPackage['background']['rows'][number]>();
  for (const { golden, background } of [a, b])
    for (const row of [...background.rows, ...golden.rows.flatMap((one) => (one.answers === null ? [one.features] : []))])
      features.set(JSON.stringify(row), row);
  await both.giveFeatures([...features.values()]);
  return { from: 'golden and background rows of both packages', setAside: 0 };
}

async function giveFile(both: Both, path: string, product: LoadedProduct): Promise<{ from: string; setAside: number }> {
  const file = await readApplications(path, product.definition);
  let setAside = 0;
  for await (const { rows, bad } of file.groups) {
    setAside += bad.length;
    for (let at = 0; at < rows.length; at += GROUP_ROWS)
      await both.giveAnswers(rows.slice(at, at + GROUP_ROWS).map(({ application }) => application.answers));
  }
  return { from: path, setAside };
}

function metricsOf(before: LoadedModel, after: LoadedModel): ModelComparison['metrics'] {
  const [a, b] = [before.manifest.metrics, after.manifest.metrics];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((metric) => ({
    metric,
    before: a[metric]?.value ?? null,
    after: b[metric]?.value ?? null,
  }));
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was compared.', next, facts: {} });
}

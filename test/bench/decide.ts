/** One decision as an officer gets it against the sum of its bare parts. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { decideApplication } from '../../branch/decide-application.ts';
import { decisionEntry } from '../../branch/decision-entry.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { ReadyProduct } from '../../branch/ready-product.ts';
import { showDecision } from '../../branch/show-decision.ts';
import { todayOf } from '../../branch/today.ts';
import type { Application } from '../../contract/application.ts';
import { getEntry } from '../../db/log-entries.ts';
import { prepareTrees } from '../../decision/explain/trees.ts';
import { prepareFeatures } from '../../decision/features.ts';
import type { TreeEnsemble } from '../../decision/ports.ts';
import { readAnswers } from '../../decision/validate.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { openBareDatabase } from './floors/bare-database.ts';
import { openGrowingFile } from './floors/bare-disk.ts';
import { openBareModel } from './floors/bare-model.ts';
import { interleave, type Rounds, ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { BUNDLED_DIR, freshApplications, openOffice, PRODUCT } from './office.ts';

const PLAN = { rounds: 15, repeats: 60, warmUp: 300 };

type PartName = 'whole' | 'run' | 'kernel' | 'json' | 'write' | 'database' | 'decide' | 'append' | 'show';

export async function benchDecide(folder: string, dataDir: string): Promise<Result> {
  const branch = await openOffice(dataDir);
  const ready = await branch.ready(PRODUCT);
  const count = PLAN.warmUp + PLAN.rounds * PLAN.repeats;
  const all = await freshApplications(branch, join(folder, 'decide.csv'), 2 * count, 2);
  const applications = all.slice(0, count);
  const floors = await openFloors(folder, ready, await sampleEntry(branch, applications[0]!));
  const rows = applications.map(floors.featuresOf);
  const steps = stepsOf(branch, ready, all.slice(count));
  const rounds = await interleave<PartName>(
    {
      whole: (i) => decideApplication(branch, named(applications[i]!)),
      run: (i) => floors.model.run(rows[i]!),
      kernel: (i) => floors.kernel(rows[i]!),
      json: floors.json,
      write: () => floors.file.write(floors.bytes),
      database: () => floors.database.insert([floors.bytes]),
      decide: steps.decide,
      append: steps.append,
      show: steps.show,
    },
    PLAN,
  );
  await floors.model.release();
  floors.file.close();
  floors.database.close();
  await branch.close();
  return {
    name: 'decide',
    about: [
      `decideApplication of a new applicant with a name: validated, scored by champion and challenger, explained, policy, sealed, durable, read back.`,
      `Floor: one bare run of the champion + the explanation's kernel + canonical JSON and hash of the entry + one write and fdatasync`,
      `of its ${floors.bytes.length} bytes. Not in the floor: validation, policy, the second scoring of each row, the challenger, encryption, the tree, the view.`,
    ],
    findings: findingsOf(rounds),
  };
}

/** With a name, as in an office: it is sealed for the log. */
function named(application: Application): Application {
  return { ...application, applicationId: randomUUID(), identity: { full_name: 'Ana Example' } };
}

/** Bytes of an entry as this data folder stores them. */
async function sampleEntry(branch: Branch, application: Application): Promise<Buffer> {
  const { seq } = await decideApplication(branch, named(application));
  return getEntry(branch.log.db, seq)!.bytes;
}

async function openFloors(folder: string, { model, product }: ReadyProduct, bytes: Buffer) {
  const builder = prepareFeatures(model!.manifest, product.definition);
  if ('failure' in builder) throw new Error(builder.failure.happened);
  const method = prepareTrees(model!.form as TreeEnsemble, model!.manifest, model!.background);
  const entry: unknown = JSON.parse(bytes.toString('utf8'));
  return {
    bytes,
    featuresOf: (application: Application) => builder.build(readAnswers(product.definition, application).answers).values,
    model: await openBareModel(join(BUNDLED_DIR, PRODUCT, 'champion')),
    kernel: (row: Parameters<typeof method.explainRow>[0]) => method.explainRow(row, Number.NaN),
    json: () => leafHash(Buffer.from(canonicalise(entry))),
    file: openGrowingFile(join(folder, 'entries')),
    database: openBareDatabase(join(folder, 'bare.db')),
  };
}

/** The steps of `decideApplication` one by one on other applications, to see where its time goes. */
function stepsOf(branch: Branch, ready: ReadyProduct, applications: readonly Application[]) {
  const { log, store } = branch;
  let decided: Awaited<ReturnType<ReadyProduct['decider']['decideAll']>>[number] | undefined;
  let application = applications[0]!;
  let seq = 0;
  return {
    decide: async (i: number) => {
      application = named(applications[i]!);
      [decided] = await ready.decider.decideAll([application], { today: todayOf(branch.clock), explain: true });
    },
    append: () => {
      if (decided === undefined || 'complaints' in decided) throw new Error('an application was refused');
      seq = appendEntries(log, [decisionEntry(branch, ready, application, decided).entry])[0]!.seq;
    },
    show: () => showDecision(log.db, store, seq),
  };
}

function findingsOf(rounds: Rounds<PartName>): Finding[] {
  const median = (name: PartName) => spreadOf(rounds[name]).median;
  const { run, kernel, json, write, database } = rounds;
  const sum = (disk: number[]) => spreadOf(run.map((value, i) => value + kernel[i]! + json[i]! + disk[i]!)).median;
  const alone = (what: string, name: PartName): Finding => ({
    what,
    ours: median(name),
    floor: null,
    unit: 'µs',
    ratio: null,
    target: null,
  });
  return [
    {
      what: 'one decision',
      ours: median('whole'),
      floor: sum(write),
      unit: 'µs',
      ratio: ratiosOf(rounds.whole, run, kernel, json, write),
      target: { atMost: 1.5 },
    },
    {
      what: 'the same, floor with a bare encrypted insert',
      ours: median('whole'),
      floor: sum(database),
      unit: 'µs',
      ratio: ratiosOf(rounds.whole, run, kernel, json, database),
      target: null,
    },
    alone('  step: validate, score, explain, policy', 'decide'),
    alone('  step: seal, store', 'append'),
    alone('  step: read back for the screen', 'show'),
    alone('  floor: bare model run', 'run'),
    alone('  floor: explanation kernel', 'kernel'),
    alone('  floor: canonical JSON and hash', 'json'),
    alone('  floor: write + fdatasync', 'write'),
  ];
}

/**
 * The thread that decides one group of a batch while the one before it is stored (`deciding-worker.ts` starts it). It loads, by their digests, the
 * artefacts that the batch's own thread has loaded, and has neither the database nor its key: what it answers is no decision before that thread stored it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { prepareDecider } from '../decision/decide.ts';
import type { ClosableModel } from '../models/closable-model.ts';
import { readPlan } from '../models/load-plan.ts';
import { loadPlanned } from '../models/load-planned.ts';
import { ArtefactStore } from './artefacts/artefact-store.ts';
import { PassedChecks } from './artefacts/passed-checks.ts';
import { type Deciding, decideApplications } from './decide-applications.ts';
import type { KnownModel, WorkerOrder, WorkerReply, WorkerRequest } from './deciding-worker.ts';

const order = workerData as WorkerOrder;
const store = new ArtefactStore(order.dataDir, new PassedChecks(order.passed));

async function load({ sha256, plan }: KnownModel): Promise<ClosableModel> {
  return await loadPlanned(await store.openModel(sha256), readPlan(plan));
}

async function prepare(): Promise<Deciding> {
  const product = await store.loadProduct(order.product);
  const policy = order.policy === null ? null : await store.loadPolicy(order.policy);
  const model = order.model === null ? null : await load(order.model);
  const challengers: ClosableModel[] = [];
  for (const known of order.challengers) challengers.push(await load(known));
  // The batch's own thread has a decider of the same parts; were there none here, that thread would go on alone.
  const prepared = prepareDecider({ product, model, policy, challengers, isPolicySound: true });
  if ('failure' in prepared) throw new Error(`no decider here (${prepared.failure.kind})`);
  prepared.decider.prepareExplaining();
  return { product, model, policy, decider: prepared.decider, actor: order.actor, role: order.role };
}

const deciding = await prepare();
const answer = (reply: WorkerReply) => parentPort!.postMessage(reply);
parentPort!.on('message', ({ group, applications, today }: WorkerRequest) => {
  // What is thrown here ends the thread: the other one is told, and stores nothing of this group.
  void decideApplications(deciding, applications, today).then((decided) => answer({ group, decided }));
});
answer({ ready: true });

/**
 * What the thread does that decides one group of a batch while the one before it is stored. It loads, by their digests, the artefacts that the
 * batch's own thread has loaded, and has neither the database nor its key: what it answers is no decision before that thread stored it.
 */
import type { MessagePort } from 'node:worker_threads';
import { prepareDecider } from '../decision/decide.ts';
import type { ClosableModel } from '../models/closable-model.ts';
import { readPlan } from '../models/load-plan.ts';
import { loadPlanned } from '../models/load-planned.ts';
import { shadowLimits } from './activation/shadow-limits.ts';
import { ArtefactStore } from './artefacts/artefact-store.ts';
import { PassedChecks } from './artefacts/passed-checks.ts';
import { type Deciding, decideApplications } from './decide-applications.ts';
import type { KnownModel, WorkerOrder, WorkerReply, WorkerRequest } from './deciding-worker.ts';
import { memoryOf, packAnswers } from './packed-answers.ts';

/** @throws Failed when an artefact is not what its digest says, or cannot be used */
export async function prepareDeciding(order: WorkerOrder): Promise<Deciding> {
  const store = new ArtefactStore(order.dataDir, new PassedChecks(order.passed));
  const load = async ({ sha256, plan }: KnownModel): Promise<ClosableModel> =>
    await loadPlanned(await store.openModel(sha256), readPlan(plan));
  const product = await store.loadProduct(order.product);
  const policy = order.policy === null ? null : await store.loadPolicy(order.policy);
  const model = order.model === null ? null : await load(order.model);
  const challengers: ClosableModel[] = [];
  for (const known of order.challengers) challengers.push(await load(known));
  // The batch's own thread has a decider of the same parts; were there none here, that thread would go on alone.
  const prepared = prepareDecider({ product, model, policy, challengers, isPolicySound: true, shadowLimits });
  if ('failure' in prepared) throw new Error(`no decider here (${prepared.failure.kind})`);
  prepared.decider.prepareExplaining();
  return { product, model, policy, decider: prepared.decider, actor: order.actor, role: order.role };
}

/** Says that it is ready, then answers each request, in their order. What is thrown ends the thread: the other one is told, and stores nothing of that group. */
export function answerRequests(port: MessagePort, deciding: Deciding): void {
  const answer = (reply: WorkerReply, handedOver: ArrayBuffer[]) => port.postMessage(reply, handedOver);
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ group, applications, today }: WorkerRequest) => {
    last = last.then(async () => {
      const answers = packAnswers(await decideApplications(deciding, applications, today));
      answer({ group, answers }, memoryOf(answers));
    });
  });
  answer({ ready: true }, []);
}

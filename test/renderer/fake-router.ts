/** The calls of the fake office, by the real contract. */
import { implement } from '@orpc/server';
import { serviceContract } from '../../contract/ipc.ts';
import { auditCallsOf } from './fake-audit.ts';
import { doorCallsOf, peopleCallsOf } from './fake-door.ts';
import { enrolmentCallsOf } from './fake-enrolment.ts';
import { keepCallsOf } from './fake-keep.ts';
import type { FakeOffice } from './fake-office.ts';
import { receiptCallsOf, reviewCallsOf } from './fake-reviews.ts';
import { syncCallsOf } from './fake-sync.ts';
import { updateCallsOf } from './fake-updates.ts';

/** A call that never answers. */
const silence = () => new Promise<never>(() => {});

/** The calls that the fake office answers; to be served over a port. */
export function routerOf(office: FakeOffice, cards: Record<string, string> = {}) {
  const os = implement(serviceContract);
  const alive = async () => {
    if (office.dead) await silence();
  };
  return {
    door: doorCallsOf(office.door),
    people: peopleCallsOf(office.door),
    audit: auditCallsOf(office.audit),
    reviews: reviewCallsOf(office),
    receipts: receiptCallsOf(office),
    keep: keepCallsOf(office),
    updates: updateCallsOf(office),
    sync: syncCallsOf(office.sync),
    enrolment: enrolmentCallsOf(office.enrolment),
    office: {
      status: os.office.status.handler(async () => {
        await alive();
        return office.status();
      }),
      watch: os.office.watch.handler(async function* ({ signal }) {
        let told = '';
        while (!signal?.aborted) {
          const now = office.status();
          if (JSON.stringify(now) !== told) yield now;
          told = JSON.stringify(now);
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
      }),
    },
    products: {
      list: os.products.list.handler(async () => {
        await alive();
        const { products } = office.status();
        return office.products.map(({ product: { definition } }) => {
          const { model, policy } = products.find(({ product }) => product === definition.product) ?? { model: null, policy: null };
          return { definition, model, policy };
        });
      }),
      modelCard: os.products.modelCard.handler(({ input }) => ({ markdown: cards[input.product] ?? '# No card' })),
    },
    drafts: {
      get: os.drafts.get.handler(({ input }) => office.drafts.get(input.product) ?? null),
      save: os.drafts.save.handler(async ({ input }) => {
        await alive();
        office.drafts.set(input.product, input);
      }),
      discard: os.drafts.discard.handler(({ input }) => {
        office.drafts.delete(input.product);
      }),
    },
    applications: {
      decide: os.applications.decide.handler(async ({ input, errors }) => {
        await new Promise((resolve) => setTimeout(resolve, office.options.deciding ?? 0));
        const failure = office.failNext;
        office.failNext = null;
        if (failure) throw errors.FAILED({ data: failure });
        const view = await office.decide(input);
        await alive();
        return view;
      }),
    },
    decisions: {
      list: os.decisions.list.handler(({ input: { filter, offset, limit } }) => {
        office.filters.push(filter);
        const rows = office.rows(filter);
        return { rows: rows.slice(offset, offset + limit), total: rows.length };
      }),
      get: os.decisions.get.handler(({ input, errors }) => {
        const view = office.views.find(({ seq }) => seq === input.seq);
        if (view) return view;
        throw errors.FAILED({
          data: {
            kind: 'entry-unknown',
            happened: `There is no decision with the number ${input.seq}.`,
            safe: 'Nothing was changed.',
            next: 'Look for it in the list of decisions.',
            facts: { seq: input.seq },
          },
        });
      }),
    },
    log: {
      verify: os.log.verify.handler(async function* () {
        const size = office.status().logSize;
        for (let done = 0; done < size; done += Math.ceil(size / 10)) {
          yield { step: 'progress' as const, done, total: size };
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        yield {
          step: 'report' as const,
          report: { verdict: 'intact-unwitnessed-tail' as const, size, countersigned: 0, root: office.status().root, findings: [] },
        };
      }),
    },
  };
}

/** Reviews and receipts of the fake office. */
import { implement } from '@orpc/server';
import { serviceContract } from '../../contract/ipc.ts';
import type { Review } from '../../contract/review.ts';
import type { FakeOffice } from './fake-office.ts';

export function reviewCallsOf(office: FakeOffice) {
  const os = implement(serviceContract);
  return {
    list: os.reviews.list.handler(({ input }) => office.reviews.get(input.of) ?? []),
    waiting: os.reviews.waiting.handler(() => {
      const seqs = office.views
        .filter(({ seq, decision }) => decision.outcome === 'refer' && !office.reviews.has(seq))
        .map(({ seq }) => seq);
      return { seqs: seqs.slice(0, 200), total: seqs.length };
    }),
    record: os.reviews.record.handler(({ input: { of, outcome, codes, note } }) => {
      const { session } = office.door;
      const decided = office.views.find(({ seq }) => seq === of)?.decision.outcome;
      const stored: Review = {
        seq: 500 + office.reviews.size,
        wall: '2026-11-23T15:00:00.000Z',
        actor: 'account' in session ? session.account : 'nobody',
        outcome,
        override: outcome === 'approve' && decided !== 'approve' ? 'low-side' : null,
        codes,
        note: note ?? null,
      };
      office.reviews.set(of, [...(office.reviews.get(of) ?? []), stored]);
      return stored;
    }),
  };
}

export function receiptCallsOf(office: FakeOffice) {
  const os = implement(serviceContract);
  return {
    get: os.receipts.get.handler(({ input: { seq } }) => ({
      text: office.receiptText,
      leafHash: office.views.find((view) => view.seq === seq)?.leafHash ?? '0'.repeat(64),
      size: office.status().logSize,
    })),
  };
}

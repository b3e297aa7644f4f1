/** Erasure, retention, backups and the recovery key of the fake office. */
import { implement } from '@orpc/server';
import type { ErasurePreview } from '../../contract/audit.ts';
import type { Failure } from '../../contract/failure.ts';
import { serviceContract } from '../../contract/ipc.ts';
import { RECOVERY_KEY } from './fake-keep-state.ts';
import type { FakeOffice } from './fake-office.ts';

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function preview({ keep, views, reviews }: FakeOffice, application: string): ErasurePreview {
  const view = views.find(({ applicationId }) => applicationId === application);
  const remarks = (view && reviews.get(view.seq))?.filter(({ note }) => note !== null) ?? [];
  const hasDraft = keep.withDraft.has(application);
  const isNamed = view?.identity != null;
  return {
    application,
    entries: view ? [view.seq, ...remarks.map(({ seq }) => seq)] : [],
    fields: [...Object.keys(view?.identity ?? {}), ...(remarks.length > 0 ? ['remark'] : [])],
    hasDraft,
    refusal: keep.refusals.get(application) ?? null,
    alreadyErased: !isNamed && !hasDraft && remarks.length === 0,
  };
}

function refused({ cause, until }: NonNullable<ErasurePreview['refusal']>, seq: number): Failure {
  const safe = `Nothing was erased; entry ${seq} documents the refusal (GDPR Art. 17(3)).`;
  const next = 'Ask again later.';
  if (cause === 'legal-hold') return { kind: 'on-hold', happened: 'This application is under a legal hold.', safe, next, facts: { seq } };
  return {
    kind: 'retention-holds',
    happened: `This decision must be kept until ${until}.`,
    safe,
    next,
    facts: { seq, until: until ?? '' },
  };
}

/** Names go as the service makes them go: from the decision, from remarks, from the list of what is due. */
function forget(office: FakeOffice, application: string): void {
  const view = office.views.find(({ applicationId }) => applicationId === application);
  if (view) {
    view.identity = null;
    office.reviews.set(
      view.seq,
      (office.reviews.get(view.seq) ?? []).map((review) => ({ ...review, note: null })),
    );
  }
  office.keep.withDraft.delete(application);
  office.keep.erased.add(application);
  office.keep.due = office.keep.due.filter((record) => record.application !== application);
}

export function keepCallsOf(office: FakeOffice) {
  const os = implement(serviceContract);
  const { keep } = office;
  return {
    previewErasure: os.keep.previewErasure.handler(({ input }) => preview(office, input.application)),
    erase: os.keep.erase.handler(({ input, errors }) => {
      keep.asked.push(input);
      const { refusal } = preview(office, input.application);
      const seq = office.audit.size++;
      if (refusal) throw errors.FAILED({ data: refused(refusal, seq) });
      forget(office, input.application);
      return { seq, ...keep.beyond };
    }),
    due: os.keep.due.handler(() => ({ months: keep.months, records: keep.due.slice(0, 200), total: keep.due.length })),
    backUp: os.keep.backUp.handler(async () => {
      await rest(keep.lasting);
      keep.backups += 1;
      return {
        file: `/data/exports/riverside-2026-11-23-${keep.backups}.outpost-backup`,
        bytes: 18_400_000,
        sha256: '5e0d83a6f1c2'.repeat(6).slice(0, 64),
        size: office.audit.size,
      };
    }),
    recoveryKey: os.keep.recoveryKey.handler(() => ({ state: keep.recoveryKey })),
    renewRecoveryKey: os.keep.renewRecoveryKey.handler(() => {
      keep.recoveryKey = 'given';
      return { recoveryKey: RECOVERY_KEY };
    }),
    restore: os.keep.restore.handler(async ({ input, errors }) => {
      await rest(keep.lasting);
      keep.restored.push(input);
      const failure = keep.failNext;
      keep.failNext = null;
      if (failure) throw errors.FAILED({ data: failure });
      office.door.people.push(...keep.inBackup);
      // As the service does: it answers first.
      setTimeout(keep.restart, 100);
      return office.door.session;
    }),
  };
}

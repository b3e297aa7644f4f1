/** Models that come, are compared, switched and stopped in the fake office. */
import { implement } from '@orpc/server';
import { serviceContract } from '../../contract/ipc.ts';
import type { Proposal, UpdateProgress } from '../../contract/update-calls.ts';
import type { FakeOffice } from './fake-office.ts';
import { comparisonOf } from './fake-updates-state.ts';

type Change = Proposal['change'];

export function updateCallsOf(office: FakeOffice) {
  const os = implement(serviceContract).updates;
  const { updates } = office;
  const actor = () => {
    const { session } = office.door;
    return 'account' in session ? session.account : 'system';
  };
  const fail = (raise: (failure: NonNullable<typeof updates.failNext>) => Error) => {
    const failure = updates.failNext;
    updates.failNext = null;
    if (failure !== null) throw raise(failure);
  };

  function carryOut(product: string, change: Change, sha256: string | null): void {
    const { held } = updates.state;
    const champion = updates.held('champion', product);
    const next = change === 'switch' ? held.find((one) => one.artefact.sha256 === sha256) : updates.held('previous', product);
    if (champion === undefined) return;
    if (change === 'resume') champion.suspended = false;
    else if (next !== undefined) {
      const others = held.filter((one) => one !== next && one !== champion && one.alias !== 'previous');
      const cause = change === 'switch' ? ('switched' as const) : ('rolled-back' as const);
      const now = { ...next, alias: 'champion' as const, seq: updates.seq, cause, by: actor(), since: new Date().toISOString() };
      updates.state.held = [now, ...(change === 'switch' ? [{ ...champion, alias: 'previous' as const }] : []), ...others];
    }
  }

  function ask(product: string, change: Change, sha256: string | null) {
    updates.seq += 1;
    if (!updates.state.fourEyes) {
      carryOut(product, change, sha256);
      return { done: true as const, seq: updates.seq };
    }
    const place = change === 'resume' ? 'champion' : 'previous';
    const target = change === 'switch' ? updates.state.held.find((one) => one.artefact.sha256 === sha256) : updates.held(place, product);
    const artefact = target?.artefact ?? null;
    updates.state.proposals.push({ seq: updates.seq, by: actor(), at: new Date().toISOString(), change, product, artefact });
    return { done: false as const, proposal: updates.seq };
  }

  function settle(proposal: number, isConfirmed: boolean) {
    const found = updates.state.proposals.find(({ seq }) => seq === proposal);
    updates.state.proposals = updates.state.proposals.filter((one) => one !== found);
    updates.seq += 1;
    if (found !== undefined && isConfirmed) carryOut(found.product, found.change, found.artefact?.sha256 ?? null);
    return { seq: updates.seq };
  }

  async function* look(): AsyncGenerator<UpdateProgress, void, void> {
    const target = 'policy/instalment-loan-1.2.0.json';
    yield { step: 'refresh' };
    for (const done of [0, 12_000, 31_400]) {
      await new Promise((resolve) => setTimeout(resolve, updates.lasting));
      yield { step: 'download', target, done, total: 31_400 };
    }
    yield { step: 'check', target };
    updates.state.lastCheck = new Date().toISOString();
    yield { step: 'done', state: updates.state };
  }

  return {
    state: os.state.handler(() => updates.state),
    check: os.check.handler(() => look()),
    checkFolder: os.checkFolder.handler(() => look()),
    history: os.history.handler(({ input: { offset, limit } }) => {
      const rows = [...updates.state.held]
        .sort((a, b) => b.seq - a.seq)
        .map(({ seq, since, by, kind, product, artefact, cause }) => {
          const detail = `${artefact.name} ${artefact.version} ${cause}`;
          return { seq, wall: since, actor: by, type: `${kind}-activated`, product, detail };
        });
      return { rows: rows.slice(offset, offset + limit), total: rows.length };
    }),
    shadow: os.shadow.handler(({ input, errors }) => {
      const champion = updates.held('champion', input.product);
      const challenger = updates.state.held.find((one) => one.artefact.sha256 === input.challenger);
      if (champion !== undefined && challenger !== undefined) return updates.comparison ?? comparisonOf(challenger, champion);
      const happened = 'There is no challenger with that digest.';
      throw errors.FAILED({ data: { kind: 'change-refused', happened, safe: 'Nothing was changed.', next: 'Look again.', facts: {} } });
    }),
    switchTo: os.switchTo.handler(({ input, errors }) => {
      fail((data) => errors.FAILED({ data }));
      return ask(input.product, 'switch', input.sha256);
    }),
    rollBack: os.rollBack.handler(({ input, errors }) => {
      fail((data) => errors.FAILED({ data }));
      return ask(input.product, 'roll-back', null);
    }),
    suspend: os.suspend.handler(({ input }) => {
      const champion = updates.held('champion', input.product);
      if (champion !== undefined) champion.suspended = true;
      updates.seq += 1;
      return { seq: updates.seq };
    }),
    resume: os.resume.handler(({ input }) => ask(input.product, 'resume', null)),
    confirm: os.confirm.handler(({ input, errors }) => {
      fail((data) => errors.FAILED({ data }));
      return settle(input.proposal, true);
    }),
    dismiss: os.dismiss.handler(({ input }) => settle(input.proposal, false)),
  };
}

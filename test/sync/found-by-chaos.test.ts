/** What the simulator found, each as small as it can be told. */
import { expect, it } from 'vitest';
import { beginEpoch } from '../../branch/log/epochs.ts';
import { listEntriesOfType } from '../../db/log-entries.ts';
import { syncing } from '../branch/sync/syncing-branch.ts';
import { temporaryLog } from '../support/temporary-log.ts';

it('begins an epoch with its genesis, also on a PC whose clock is behind: a clock jump before it would contradict what head office holds at that place', async () => {
  const one = syncing();
  const { log, clock } = one.made;
  one.decide(3);
  clock.wall -= 365 * 86_400_000;
  const { seq } = beginEpoch(log, 'restored');
  expect(seq).toBe(4);
  expect(listEntriesOfType(log.db, 'genesis')).toEqual([0, 4]);
  expect(listEntriesOfType(log.db, 'clock-jump')).toEqual([5]);
});

it('makes its log known again to a head office that was set back to before it, also when there is nothing to send', async () => {
  const one = syncing({}, temporaryLog());
  one.decide(3);
  await one.sync();
  one.office.logs.clear();
  expect((await one.sync()).failure).toBeNull();
  expect(one.held()).toEqual(one.stored());
  expect(one.state().stopped).toBeNull();
});

/** `outpost headoffice outcomes`, `evidence` and `stick` as somebody runs them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOfficeKeys } from '../../headoffice/office-keys.ts';
import { freezeLog } from '../../headoffice/receive/contradictions.ts';
import { lockLog } from '../../headoffice/receive/log-rows.ts';
import { receiveSubmission } from '../../headoffice/receive/receive-submission.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import { enrolTestBranch, testBranchLog } from '../support/head-office.ts';
import { applicationId } from '../support/log-samples.ts';
import { runOutpost } from '../support/run-outpost.ts';
import { stickDevice, writeEntries } from '../support/stick-files.ts';
import { temporaryFolder } from '../support/temporary-log.ts';

it('takes outcomes and a stick, and shows and settles a fork', { timeout: 180_000 }, async () => {
  const folder = join(temporaryFolder(), 'headoffice');
  mkdirSync(folder);
  const keys = await createOfficeKeys(join(folder, 'keys.json'), 'Test Bank', 'sync.bank.example', null);
  const store = await openStore({ database: join(folder, 'data'), partitions: 1 });
  const at = { store, keys, now: () => Date.now() };
  const [log, forked] = [testBranchLog().decide(3), testBranchLog('lugo-02').decide(3, 40)];
  const device = await stickDevice(await enrolTestBranch(at, log));
  await store.query('UPDATE devices SET recipient = $1', [device.recipient]);
  const thief = await enrolTestBranch(at, forked, 'lugo-02');
  for (const [each, by] of [
    [log, device],
    [forked, thief],
  ] as const)
    await receiveSubmission(at, by.id, each.submission(0), 1);
  const contradicting = forked.copy(2).decide(2, 90);
  await store.transaction(async (sql) => {
    const checkpoint = { origin: forked.origin, size: 4, root: contradicting.root(4), extensions: [], note: contradicting.checkpoint(4) };
    await freezeLog(sql, (await lockLog(sql, forked.log))!, checkpoint, thief.id);
  });
  const [{ evidence }] = (await store.query<{ evidence: string }>('SELECT evidence FROM evidence')) as [{ evidence: string }];
  await store.close();
  const headoffice = (...args: string[]) => runOutpost(['headoffice', ...args, '--folder', folder]);

  const csv = join(folder, 'may.csv');
  writeFileSync(
    csv,
    `application_id;performance;months_on_book;as_of\n${applicationId(1)};bad;9;2026-05-31\n${applicationId(77)};good;9;2026-05-31\n`,
  );
  const outcomes = await headoffice('outcomes', csv);
  expect([outcomes.code, outcomes.stderr]).toEqual([
    1,
    expect.stringContaining('1 taken, 0 known already, 0 of an earlier day than is known, 1 refused.'),
  ]);
  expect(readFileSync(`${csv}.quarantine.csv`, 'utf8')).toBe('line,cause\n3,No branch decided such an application.\n');

  const shown = await headoffice('evidence', 'show', evidence);
  expect(shown.code).toBe(1);
  expect(shown.stdout).toContain(contradicting.checkpoint(4));
  expect(shown.stdout).toContain('It proves that the log’s key signed two pasts');
  expect(shown.stdout).toContain('It cannot say which of the pasts is true');
  const settled = await headoffice('evidence', 'settle', evidence, '--how', 'close-log', '--reason', 'The PC was stolen.');
  expect([settled.code, settled.stderr]).toEqual([0, expect.stringContaining('stays frozen')]);

  const stick = join(folder, 'stick');
  log.decide(2);
  await writeEntries(stick, log, device, keys.recipient, [0, log.size]);
  const taken = await headoffice('stick', stick);
  expect([taken.code, taken.stdout]).toEqual([0, 'madrid-01: 2 entries taken, 4 already there, 6 held; reply written\n']);
});

import { afterAll, describe, expect, it } from 'vitest';
import { receiveSubmission } from '../../../headoffice/receive/receive-submission.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { enrolTestBranch, heldEntries, openTestHeadOffice, testBranchLog } from '../../support/head-office.ts';
import { startPostgres } from '../../support/postgres.ts';

const postgres = await startPostgres(['fsync=off']);
const opened: Receiving[] = [];
afterAll(async () => {
  for (const { store } of opened) await store.close();
  await postgres?.stop();
});

const engines: [name: string, database: string][] = [['PGlite', 'memory://']];
if (postgres) engines.push(['PostgreSQL', postgres.url]);
else it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);

describe.each(engines)('on %s', (_name, database) => {
  const at = (async () => {
    opened.push(await openTestHeadOffice(database));
    return opened.at(-1)!;
  })();

  it('takes what a new log sends, countersigns it, and takes what follows', async () => {
    const head = await at;
    const log = testBranchLog().decide(20);
    const device = await enrolTestBranch(head, log);
    const first = await receiveSubmission(head, device.id, log.submission(0, 8), 1000);
    const second = await receiveSubmission(head, device.id, log.submission(8), 1000);
    expect([first, second]).toMatchObject([{ receipt: { size: 8 } }, { receipt: { size: 21 } }]);
    if (!('receipt' in second)) throw new Error('refused');
    const opened = openCheckpoint(`${log.checkpoint()}${second.receipt.cosignatures[0]}`, parseVkey(log.signer.vkey)!, [
      parseVkey(head.keys.witness.vkey)!,
    ]);
    expect(opened).toMatchObject({ size: 21, cosignatures: [{ name: 'sync.bank.example/witness' }] });
    expect(await heldEntries(head.store, log.log)).toEqual(log.entries);
  });
});

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROBLEMS, receipt } from '../../../contract/sync.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { formatSubmission } from '../../../ledger/submission.ts';
import {
  enrolTestBranch,
  heldEntries,
  issueTestToken,
  openTestHeadOffice,
  startReceiver,
  TestBranchLog,
  testBranchLog,
  testDevice,
  testEnrolment,
} from '../../support/head-office.ts';
import { ask, askState, entriesRequest, sendEntries } from '../../support/signed-client.ts';

let at: Receiving;
let base: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  at = await openTestHeadOffice();
  ({ base, stop } = await startReceiver(at));
});
afterAll(async () => {
  await stop();
  await at.store.close();
});

it('takes a submission in each encoding, and says so with a receipt of the agreed form', async () => {
  const log = testBranchLog().decide(12);
  const device = await enrolTestBranch(at, log);
  const forms: [string | null, (bytes: Buffer) => Buffer][] = [
    ['br', (bytes) => bytes],
    ['zstd', zstdCompressSync],
    ['gzip', gzipSync],
    [null, (bytes) => bytes],
  ];
  let from = 0;
  for (const [encoding, encode] of forms) {
    const submission = log.submission(from, from + 3);
    const request = entriesRequest(submission);
    if (encoding !== 'br') request.body = encode(formatSubmission(submission));
    if (encoding === null) delete request.headers!['content-encoding'];
    else request.headers!['content-encoding'] = encoding;
    const answer = await ask(base, device, request);
    expect([encoding, answer.status]).toEqual([encoding, 200]);
    expect(receipt.parse(answer.json).size).toBe(from + 3);
    from += 3;
  }
  expect(await heldEntries(at.store, log.log)).toEqual(log.entries.slice(0, 12));
  expect((await askState(base, device, log.log)).json).toMatchObject({ size: 12, root: log.root(12).toString('base64'), frozen: false });
});

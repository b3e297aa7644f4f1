import { expect, it } from 'vitest';
import type { SubmissionHead } from '../../contract/sync.ts';
import { formatSubmission, parseSubmission } from '../../ledger/submission.ts';

const HEAD: SubmissionHead = {
  v: 1,
  log: 'ab'.repeat(32),
  from: 7,
  checkpoint: 'outpost.invalid/log\n9\n…\n',
  report: {
    app: '1.2.3',
    platform: 'linux-x64',
    wall: '2026-11-28T10:00:00.000Z',
    logSize: 9,
    diskFreeBytes: 1e9,
    troubles: ['disk-low'],
  },
};
const ENTRIES = [Buffer.from('{"seq":7}'), Buffer.alloc(0), Buffer.alloc(65_535, 0x61)];

it('comes apart as it was put together, entries of any length', () => {
  const parsed = parseSubmission(formatSubmission({ head: HEAD, entries: ENTRIES }));
  expect(parsed?.head).toEqual(HEAD);
  expect(parsed?.entries.map((entry) => entry.toString())).toEqual(ENTRIES.map((entry) => entry.toString()));
});

it('is refused when it is cut at any byte but between two entries', () => {
  const whole = formatSubmission({ head: HEAD, entries: [ENTRIES[0]!, ENTRIES[0]!] });
  const complete = [0, 1, 2].map((count) => formatSubmission({ head: HEAD, entries: Array<Buffer>(count).fill(ENTRIES[0]!) }).length);
  for (let length = 0; length <= whole.length; length++)
    expect(parseSubmission(whole.subarray(0, length)) !== null, `${length} bytes`).toBe(complete.includes(length));
});

it('is refused when its head is of another form, or claims more than is there', () => {
  const other = formatSubmission({ head: { ...HEAD, v: 2 } as unknown as SubmissionHead, entries: [] });
  expect(parseSubmission(other)).toBeNull();
  const claims = formatSubmission({ head: HEAD, entries: [] });
  claims.writeUInt32BE(0xffff_ffff);
  expect(parseSubmission(claims)).toBeNull();
});

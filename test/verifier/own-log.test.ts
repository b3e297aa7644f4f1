/** What the program itself writes, put before the verifier: two readings of one specification that never saw each other. */
import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { listEntries } from '../../db/log-entries.ts';
import { decisionDraft, temporaryLog } from '../support/temporary-log.ts';
import { judge } from './judge.ts';
import type { Files } from './sample-log.ts';
import { entryTiles, hashLeaf, hashTiles } from './sample-tree.ts';

describe("the program's own log", () => {
  it('is a log for the verifier too', () => {
    const { db, log } = temporaryLog();
    appendEntries(
      log,
      Array.from({ length: 300 }, (_, n) => ({
        entry: decisionDraft(n, { pd: n / 7, inputs: { amount: 1e21 / (n + 1), note: 'ñ \u2028 "\\' } }),
      })),
    );
    const entries = listEntries(db, 0, 1000).map(({ bytes }) => Buffer.from(bytes));
    const { size, note } = checkpointLog(log);
    const files: Files = new Map([['checkpoint', Buffer.from(note)], ...hashTiles(entries.map(hashLeaf)), ...entryTiles(entries)]);
    expect(judge(files, {}, true)).toMatchObject({
      verdict: 'unwitnessed-tail',
      size,
      read: entries.length,
      decisions: 300,
      malformed: [],
      tampered: [],
    });
  });
});

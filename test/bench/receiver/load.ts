/** What branches send at once, made before anything is timed: one submission of each log, and the same rows for a bare COPY. */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { UnstampedEntry } from '../../../contract/log-entry.ts';
import { logNoOf } from '../../../headoffice/receive/log-rows.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { formatSubmission } from '../../../ledger/submission.ts';
import { enrolTestBranch, type TestBranchLog, type TestDevice, testBranchLog } from '../../support/head-office.ts';
import { ask } from '../../support/signed-client.ts';

export interface Prepared {
  device: TestDevice;
  path: string;
  body: Buffer;
  entries: number;
}

export interface Load {
  submissions: Prepared[];
  entries: number;
  /** Of the entries as they are stored. */
  bytes: number;
}

/** @param file takes the rows in COPY's text form; null: none */
export async function prepareLoad(
  at: Receiving,
  decisions: readonly UnstampedEntry[],
  { logs, entries, file }: { logs: number; entries: number; file: string | null },
): Promise<Load> {
  const rows = file === null ? null : openSync(file, 'w');
  const submissions: Prepared[] = [];
  let bytes = 0;
  for (let n = 0; n < logs; n++) {
    const log = testBranchLog(`bench-${n}`);
    for (let i = 1; i < entries; i++)
      log.append({ ...decisions[(n * 37 + i) % decisions.length]!, application: randomUUID() } as UnstampedEntry);
    const device = await enrolTestBranch(at, log, `bench-${n}`);
    const submission = log.submission(0);
    bytes += log.entries.reduce((sum, entry) => sum + entry.length, 0);
    // Quality 5: what a branch takes more trouble over takes its decoder no longer.
    const body = brotliCompressSync(formatSubmission(submission), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    submissions.push({ device, path: `/v1/logs/${log.log}/entries`, body, entries: log.size });
    if (rows !== null) writeSync(rows, rowsOf(log));
  }
  if (rows !== null) closeSync(rows);
  return { submissions, entries: logs * entries, bytes };
}

function rowsOf(log: TestBranchLog): string {
  const logNo = logNoOf(log.log);
  return log.entries
    .map((bytes, seq) => {
      const { type, wall, application } = JSON.parse(bytes.toString('utf8')) as { type: string; wall: string; application?: string };
      const hex = (value: Buffer) => `\\\\x${value.toString('hex')}`;
      return `${[logNo, seq, hex(bytes), hex(leafHash(bytes)), type, wall, application ?? '\\N', '\\N'].join('\t')}\n`;
    })
    .join('');
}

/**
 * Sends all of it, so many at once, to each of the receivers in turn.
 * @returns milliseconds
 */
export async function sendAll({ submissions }: Load, bases: readonly string[], atOnce: number): Promise<number> {
  const began = performance.now();
  let next = 0;
  const sendOn = async () => {
    for (let n = next++; n < submissions.length; n = next++) {
      const { device, path, body, entries } = submissions[n]!;
      const headers = { 'content-encoding': 'br' };
      const answer = await ask(bases[n % bases.length]!, device, { method: 'POST', path, body, headers });
      if (answer.status !== 200 || answer.json.size !== entries) throw new Error(`HTTP ${answer.status} ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendOn));
  return performance.now() - began;
}

/** The record that record-io.c wrote. */
import { constants, readFileSync } from 'node:fs';

/** One call that succeeded (or, `failed`: did part of its work and then reported an error), in the order in which they were made. */
export type Call =
  | { call: 'open'; descriptor: number; path: string; makes: boolean; empties: boolean }
  | { call: 'write'; descriptor: number; at: number; data: Buffer }
  | { call: 'truncate'; descriptor: number; length: number }
  | { call: 'sync'; descriptor: number; failed: boolean }
  | { call: 'rename' | 'link'; from: string; to: string }
  | { call: 'unlink' | 'mkdir' | 'rmdir'; path: string }
  | { call: 'acknowledge'; text: string };

const HEAD_BYTES = 24;
const [OPEN, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, RMDIR, ACKNOWLEDGE, LINK] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export function readTrace(file: string): Call[] {
  const bytes = readFileSync(file);
  const calls: Call[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at + 20);
    calls.push(readCall(bytes.subarray(at, at + HEAD_BYTES), bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length)));
    at += HEAD_BYTES + length;
  }
  return calls;
}

function readCall(head: Buffer, data: Buffer): Call {
  const operation = head.readInt32LE(0);
  const descriptor = head.readInt32LE(4);
  const number = Number(head.readBigInt64LE(8));
  const failed = head.readInt32LE(16) !== 0;
  const text = data.toString();
  switch (operation) {
    case OPEN:
      return {
        call: 'open',
        descriptor,
        path: text,
        makes: (number & constants.O_CREAT) !== 0,
        empties: (number & constants.O_TRUNC) !== 0,
      };
    case WRITE:
      return { call: 'write', descriptor, at: number, data };
    case TRUNCATE:
      return { call: 'truncate', descriptor, length: number };
    case SYNC:
      return { call: 'sync', descriptor, failed };
    case RENAME:
    case LINK: {
      const [from = '', to = ''] = text.split('\0');
      return { call: operation === LINK ? 'link' : 'rename', from, to };
    }
    case UNLINK:
      return { call: 'unlink', path: text };
    case MKDIR:
      return { call: 'mkdir', path: text };
    case RMDIR:
      return { call: 'rmdir', path: text };
    case ACKNOWLEDGE:
      return { call: 'acknowledge', text };
    default:
      throw new Error(`the record holds an operation ${operation}`);
  }
}

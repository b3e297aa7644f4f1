/**
 * Starts a branch in an empty folder on a disk that fails or fills part of the way, then again on one that works; a line of JSON for each.
 * Run under the recorder by first-start.test.ts.
 */
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { openedBranch } from '../support/office.ts';
import { countCalls, type Fault, letFail } from './shim/control.ts';

const NO_FAULT: Fault = { on: 'write', at: 0, error: 'EIO', lasting: false };
const [root = ''] = process.argv.slice(2);

/** `opens`, or the kind of failure; a bug's error is told by its name. */
async function start(folder: string): Promise<string> {
  try {
    await (await openedBranch(join(root, folder))).close();
    return 'opens';
  } catch (error) {
    return error instanceof Failed ? error.failure.kind : `BUG: ${String(error)}`;
  }
}

letFail(NO_FAULT);
await start('whole');
const { writes, syncs } = countCalls();
// Where models, policies and products are kept: the database itself is failing-calls.test.ts's.
const faults: Fault[] = [
  { on: 'write', at: Math.floor(writes * 0.7), error: 'ENOSPC', lasting: true },
  { on: 'sync', at: Math.floor(syncs * 0.5), error: 'EIO', lasting: false },
];
for (const [i, fault] of faults.entries()) {
  letFail(fault);
  const failed = await start(`fault-${i}`);
  letFail(NO_FAULT);
  process.stdout.write(`${JSON.stringify({ ...fault, failed, afterwards: await start(`fault-${i}`) })}\n`);
}

/** What updates cost a line and a start. */
import { join } from 'node:path';
import type { Result } from './measure/result.ts';
import { HeadOffice } from './updates/head-office.ts';
import { benchWire } from './updates/on-the-wire.ts';
import { benchSlowLine } from './updates/over-a-slow-line.ts';
import { benchRecheck } from './updates/recheck.ts';

export async function benchUpdates(folder: string, dataDir: string): Promise<Result> {
  const head = await HeadOffice.open(join(folder, 'wire'));
  const wire = await benchWire(head, folder, dataDir);
  await head.server.stop();
  const slow = await benchSlowLine(folder, dataDir);
  const recheck = await benchRecheck(folder);
  return {
    name: 'updates',
    about: [
      'Bytes: all that goes over the line for one check, both ways, with headers of HTTP and without TLS.',
      'A slow line: 64 kbit/s and 600 ms there and back, broken off at some bytes; ours is what is left for the file, the floor what the line carries,',
      'or what a bare client gets that asks, goes on by range and checks nothing. Check of the chain: what a start verifies anew without a network,',
      'against reading the same files and verifying the same Ed25519 signatures with keys that are ready.',
    ],
    findings: [...wire, ...slow, ...recheck],
  };
}

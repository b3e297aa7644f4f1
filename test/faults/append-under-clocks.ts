/** Appends an entry under each of the wall clocks that it is given, within one run; run under libfaketime by wrong-clocks.test.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { Failed } from '../../contract/failure.ts';
import { closeDatabase } from '../../db/handle.ts';
import { openWriter } from '../../db/open-database.ts';
import { CODE, KEY } from '../support/log-samples.ts';

const [directory = '', clockFile = '', ...clocks] = process.argv.slice(2);
const opened = openWriter(join(directory, 'outpost.db'), KEY);
if ('failure' in opened) throw new Failed(opened.failure);
const clock = { now: () => Date.now(), mono: () => performance.now() };
const log = openLog({ db: opened.db, directory, clock, code: CODE });
for (const wall of clocks) {
  writeFileSync(clockFile, `${wall}\n`);
  const [{ seq, wall: stamped } = { seq: -1, wall: '' }] = appendEntries(log, [
    { entry: { type: 'failure', actor: 'system', role: 'system', kind: 'usage', happened: wall } },
  ]);
  process.stdout.write(`${seq} ${stamped}\n`);
}
closeDatabase(opened.db);

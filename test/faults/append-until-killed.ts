/** Appends until it is killed; a line on standard output is an acknowledgement: `<seq> <leaf hash>`. Run by log-kill.test.ts. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { Failed } from '../../contract/failure.ts';
import { openWriter } from '../../db/open-database.ts';

const [directory = '', count = '1000000'] = process.argv.slice(2);
const opened = openWriter(join(directory, 'outpost.db'), Buffer.alloc(32, 7));
if ('failure' in opened) throw new Failed(opened.failure);
const clock = { now: () => Date.now(), mono: () => performance.now() };
const code = { outpost: '0.1.0', node: '24.0.0', onnxruntime: '1.30.0', platform: 'test' };
const log = openLog({ db: opened.db, directory, clock, code });

const entry = (n: number) => ({ type: 'failure', actor: 'system', role: 'system', kind: 'usage', happened: `${n} `.repeat(200) }) as const;
try {
  for (let n = 0; n < Number(count); n++) {
    const group = Array.from({ length: 1 + (n % 3) }, (_, i) => ({ entry: entry(n + i) }));
    for (const { seq, leafHash } of appendEntries(log, group)) writeSync(1, `${seq} ${leafHash}\n`);
    if (n % 20 === 19) writeSync(1, `checkpoint ${checkpointLog(log).size}\n`);
  }
} catch (error) {
  if (!(error instanceof Failed)) throw error;
  writeSync(1, `failed ${error.failure.kind}\n`);
  try {
    appendEntries(log, [{ entry: entry(0) }]);
    writeSync(1, 'appended after a failure\n');
  } catch (again) {
    if (!(again instanceof Failed)) throw again;
    writeSync(1, `again ${again.failure.kind}\n`);
  }
}

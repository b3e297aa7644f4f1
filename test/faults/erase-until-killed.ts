/** Erases the subject of decision 1 and says so on standard output; run under strace by erase-kill.test.ts. `make` makes the log first. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { eraseSubject } from '../../branch/erasure/erase-subject.ts';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { openLog } from '../../branch/log/open-log.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { Failed } from '../../contract/failure.ts';
import { closeDatabase } from '../../db/handle.ts';
import { openWriter } from '../../db/open-database.ts';
import { applicationId, CODE, decisionDraft, KEY } from '../support/log-samples.ts';

const [directory = '', what = ''] = process.argv.slice(2);
const opened = openWriter(join(directory, 'outpost.db'), KEY);
if ('failure' in opened) throw new Failed(opened.failure);
const { db } = opened;
const LATER = Date.parse('2026-03-01T09:00:00.000Z');
const now = LATER + (what === 'make' ? 0 : 800 * 86_400_000);
const log = openLog({ db, directory, clock: { now: () => now, mono: () => performance.now() }, code: CODE });
if (what === 'make') {
  for (let n = 1; n <= 5; n++) {
    const { sealed, identityKey } = sealIdentity({ full_name: `Person Number${n}` });
    appendEntries(log, [{ entry: decisionDraft(n, { pii: sealed }), applicant: `Person Number${n}`, identityKey }]);
  }
} else {
  const nothing = () => {};
  const branch = { log, clock: log.clock, actor: 'samir', role: 'supervisor', requireAtWork: nothing, tellChange: nothing };
  const { seq, isClean } = eraseSubject(branch as unknown as Branch, { application: applicationId(1), ground: 'subject-request' });
  writeSync(1, `${seq} ${isClean}\n`);
}
closeDatabase(db);

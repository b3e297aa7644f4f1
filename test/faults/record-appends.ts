/**
 * Works on a log for a while and acknowledges each step after it has returned; run under the recorder by crash-states.test.ts.
 * `sessions` times: open, append entries and decisions in groups, sign checkpoints, close. The write-ahead log is kept so small that
 * it is copied back into the database and begun anew many times within one run.
 */
import { join } from 'node:path';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { NewEntry } from '../../branch/log/branch-log.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { Failed } from '../../contract/failure.ts';
import { saveDraft } from '../../db/drafts.ts';
import { closeDatabase } from '../../db/handle.ts';
import { openWriter } from '../../db/open-database.ts';
import { applicationId, CODE, decisionDraft, KEY } from '../support/log-samples.ts';
import { acknowledge } from './shim/control.ts';
import { Random } from './shim/random.ts';

const WAL_PAGES = 40;
const [directory = '', seed = '1', sessions = '2', steps = '12', synchronous = 'FULL'] = process.argv.slice(2);
const random = new Random(Number(seed));
const clock = { now: () => Date.now(), mono: () => performance.now() };

function newEntry(): NewEntry {
  const n = random.below(1_000_000);
  if (random.chance(0.4)) {
    const happened = 'x'.repeat(random.pick([10, 900, 7000, 20_000]));
    return { entry: { type: 'failure', actor: 'system', role: 'system', kind: 'usage', happened } };
  }
  if (random.chance(0.3)) return { entry: decisionDraft(n) };
  const { sealed, identityKey } = sealIdentity({ full_name: 'Ada Lovelace' });
  return { entry: decisionDraft(n, { pii: sealed }), applicant: 'Ada Lovelace', identityKey };
}

for (let session = 0; session < Number(sessions); session++) {
  const opened = openWriter(join(directory, 'outpost.db'), KEY);
  if ('failure' in opened) throw new Failed(opened.failure);
  const { db } = opened;
  db.sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  db.sqlite.pragma(`synchronous = ${synchronous}`);
  const log = openLog({ db, directory, clock, code: CODE });
  for (let step = 0; step < Number(steps); step++) {
    if (random.chance(0.1)) saveDraft(db, 'ada', { applicationId: applicationId(step), product: 'p', typed: {}, changedAt: step });
    const group = Array.from({ length: random.chance(0.7) ? 1 : 1 + random.below(6) }, newEntry);
    const stored = appendEntries(log, group);
    for (const { seq, leafHash } of stored) acknowledge(`entry ${seq} ${leafHash}`);
    for (const [i, { identityKey }] of group.entries()) if (identityKey != null) acknowledge(`named ${stored[i]!.seq}`);
    if (random.chance(0.15)) {
      const { size, root } = checkpointLog(log);
      acknowledge(`checkpoint ${size} ${root.toString('hex')}`);
    }
  }
  closeDatabase(db);
}

/**
 * What changes a log besides deciding, each step acknowledged after it has returned: witnesses are believed, a checkpoint comes back
 * countersigned, applicants are erased and every page is written anew, a new epoch begins under a new key. Run under the recorder by
 * crash-states.test.ts.
 */
import { join } from 'node:path';
import { eraseSubject } from '../../branch/erasure/erase-subject.ts';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { beginEpoch } from '../../branch/log/epochs.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { trustWitnesses } from '../../branch/log/witness-trust.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { Failed } from '../../contract/failure.ts';
import { closeDatabase } from '../../db/handle.ts';
import { openWriter } from '../../db/open-database.ts';
import { applicationId, CODE, decisionDraft, KEY } from '../support/log-samples.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';
import { acknowledge } from './shim/control.ts';

const WAL_PAGES = 40;
const YEARS_MS = 3 * 366 * 86_400_000;
const [directory = ''] = process.argv.slice(2);
let wall = Date.parse('2026-03-01T09:00:00.000Z');
let decided = 0;

function open() {
  const opened = openWriter(join(directory, 'outpost.db'), KEY);
  if ('failure' in opened) throw new Failed(opened.failure);
  opened.db.sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  return openLog({ db: opened.db, directory, clock: { now: () => wall, mono: () => performance.now() }, code: CODE });
}
type Log = ReturnType<typeof open>;

const tell = ({ seq, leafHash }: { seq: number; leafHash: string }): void => acknowledge(`entry ${seq} ${leafHash}`);

function decide(log: Log): number {
  const { sealed, identityKey } = sealIdentity({ full_name: 'Ada Lovelace' });
  const [stored] = appendEntries(log, [{ entry: decisionDraft(++decided, { pii: sealed }), applicant: 'Ada Lovelace', identityKey }]);
  tell(stored!);
  acknowledge(`named ${stored!.seq}`);
  return stored!.seq;
}

function sign(log: Log): string {
  const { size, root, note } = checkpointLog(log);
  acknowledge(`checkpoint ${size} ${root.toString('hex')}`);
  return note;
}

function erase(log: Log, application: string, seq: number): void {
  const nothing = (): void => {};
  const branch = { log, clock: log.clock, actor: 'samir', role: 'supervisor', requireAtWork: nothing, tellChange: nothing };
  acknowledge(`erasing ${seq}`);
  tell(eraseSubject(branch as unknown as Branch, { application, ground: 'retention-over' }));
  acknowledge(`erased ${seq}`);
}

const witness = witnessNamed('head-office');
const log = open();
const seqs = [decide(log), decide(log), decide(log)];
tell(trustWitnesses(log, { witnesses: [witness.vkey], quorum: 1 }, { actor: 'it-1', role: 'it' }));
const { size, root } = acceptCountersigned(log, countersigned(sign(log), [witness, Math.floor(wall / 1000)]));
acknowledge(`countersigned ${size} ${root.toString('hex')}`);
decide(log);
wall += YEARS_MS;
erase(log, applicationId(1), seqs[0]!);
tell(beginEpoch(log, 'key-replaced'));
decide(log);
sign(log);
closeDatabase(log.db);
const again = open();
erase(again, applicationId(2), seqs[1]!);
decide(again);
tell(beginEpoch(again, 'restored'));
sign(again);
closeDatabase(again.db);

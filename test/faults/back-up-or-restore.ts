/** Backs up (`backup DATA OUT`) or restores (`restore BACKUP TARGET RECOVERY-KEY`), and says when that is done; run by backup-kill.test.ts. */
import { writeSync } from 'node:fs';
import { backUp } from '../../branch/backup/back-up.ts';
import { restore } from '../support/backups.ts';
import { openedBranch } from '../support/office.ts';

const [what, from = '', to = '', recoveryKey = ''] = process.argv.slice(2);
if (what === 'backup') {
  const branch = await openedBranch(from);
  const { sha256 } = await backUp(branch.for({ account: 'ines', role: 'it' }), to);
  writeSync(1, sha256);
  await branch.close();
} else {
  await restore(to, { file: from, recoveryKey });
  writeSync(1, 'restored');
}

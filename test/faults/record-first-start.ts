/** The first start of a branch in a folder that is not there yet, and its first decisions, each acknowledged after it was stored. Run by first-start.test.ts. */
import { decideApplication } from '../../branch/decide-application.ts';
import { application } from '../support/application.ts';
import { openedBranch } from '../support/office.ts';
import { acknowledge } from './shim/control.ts';

const [directory = ''] = process.argv.slice(2);
for (let start = 0; start < 2; start++) {
  const branch = await openedBranch(directory);
  for (let n = 0; n < 2; n++) {
    const { seq, leafHash } = await decideApplication(branch, application());
    acknowledge(`entry ${seq} ${leafHash}`);
  }
  await branch.close();
}

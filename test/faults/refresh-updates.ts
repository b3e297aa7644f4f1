/** Refreshes a branch's updates and fetches a model (`FOLDER ROOT REPOSITORY`), and says when that is done; run by update-kill.test.ts. */
import { readFileSync, writeSync } from 'node:fs';
import { openedUpdates } from '../support/updating-branch.ts';

const [folder = '', root = '', repository = ''] = process.argv.slice(2);
const updates = openedUpdates(folder, readFileSync(root), { repository });
const { failure } = await updates.refresh();
const got = await updates.downloadTarget('models/scorecard/1.1.0.zip');
writeSync(1, failure === null && 'file' in got ? 'done' : JSON.stringify([failure, got]));

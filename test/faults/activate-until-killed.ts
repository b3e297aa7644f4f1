/** Receives a released model and says so on standard output; run under strace by activate-kill.test.ts. Arguments: data folder, package, offer as JSON. */
import { writeSync } from 'node:fs';
import type { Offer } from '../../branch/activation/offer.ts';
import { receiveModel } from '../../branch/activation/receive-release.ts';
import { openedBranch } from '../support/office.ts';

const [dataDir = '', file = '', offer = ''] = process.argv.slice(2);
const branch = await openedBranch(dataDir);
const received = await receiveModel(branch, { file, offer: JSON.parse(offer) as Offer });
writeSync(1, `${received.state}\n`);
await branch.close();

/** A batch as `outpost decide` runs it, without explanations, which the product itself never leaves out. Arguments: data folder, file, output. */
import { decideGroups } from '../../../branch/decide-file.ts';
import { DecidingWorker, orderFor } from '../../../branch/deciding-worker.ts';
import { readApplications } from '../../../branch/read-applications/read-applications.ts';
import { openRowWriter } from '../../../cli/decide/write-rows.ts';
import { openOffice, PRODUCT } from '../office.ts';
import { withoutExplaining } from './without-explaining.ts';

const [, , dataDir, path, out] = process.argv;
const branch = await openOffice(dataDir!);
const ready = withoutExplaining(await branch.ready(PRODUCT));
const file = await readApplications(path!, ready.product.definition);
const rows = openRowWriter(out!, false);
const worker = new DecidingWorker((await orderFor(branch, ready))!, new URL('unexplained-worker.ts', import.meta.url));
for await (const { decided } of decideGroups(branch, ready, file.groups, worker)) rows.write(path!, decided);
rows.close();
await worker.close();
await branch.close();

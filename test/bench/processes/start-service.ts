/** The branch service's start without a window: an existing office, open and ready to decide. Arguments: data folder, bundled products. */
import { openOffice, PRODUCT } from '../office.ts';

const branch = await openOffice(process.argv[2]!, process.argv[3]!);
const { decider } = await branch.ready(PRODUCT);
if (decider === undefined) throw new Error('not ready');
process.stdout.write('ready\n');
await branch.close();

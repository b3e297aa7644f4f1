/**
 * The branch service's start without a window: an existing office, open and ready to decide.
 * Arguments: data folder, bundled products; a CSV of applications, to say "ready" only when the first of them is decided.
 */
import { randomUUID } from 'node:crypto';
import { decideApplication } from '../../../branch/decide-application.ts';
import { readApplications } from '../../../branch/read-applications/read-applications.ts';
import { openOffice, PRODUCT } from '../office.ts';

const [, , dataDir, bundledDir, applications] = process.argv;
const branch = await openOffice(dataDir!, bundledDir!);
const { product } = await branch.ready(PRODUCT);
if (applications !== undefined) {
  const file = await readApplications(applications, product.definition);
  for await (const { rows } of file.groups) await decideApplication(branch, { ...rows[0]!.application, applicationId: randomUUID() });
}
process.stdout.write('ready\n');
await branch.close();

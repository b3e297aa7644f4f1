/**
 * The branch service's start without a window: an existing office, open and ready to decide.
 * Arguments: data folder, bundled products; an application as a screen sends it (JSON), to say "ready" only when it is decided and stored.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decideApplication } from '../../../branch/decide-application.ts';
import type { Application } from '../../../contract/application.ts';
import { openOffice, PRODUCT } from '../office.ts';

const [, , dataDir, bundledDir, application] = process.argv;
const branch = await openOffice(dataDir!, bundledDir!);
await branch.ready(PRODUCT);
if (application !== undefined)
  await decideApplication(branch, { ...(JSON.parse(readFileSync(application, 'utf8')) as Application), applicationId: randomUUID() });
process.stdout.write('ready\n');
await branch.close();

/** `npm run e2e [-- spec…]`: the end-to-end specs, on Electron or on the stand-in, after a build where one is due. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuild } from './ensure-build.ts';
import { ROOT } from './root.ts';
import { ensureShell } from './system-packages.ts';

if (!ensureShell()) {
  process.stdout.write('end-to-end specs: NOT RUN, there is neither Electron nor Chromium on this machine\n');
  process.exit(1);
}
ensureBuild();
const args = [
  join(ROOT, 'node_modules/@playwright/test/cli.js'),
  'test',
  '--config',
  join(ROOT, 'test/e2e/playwright.config.ts'),
  ...process.argv.slice(2),
];
// Each spec starts several programs from the same sources.
const env = { NODE_COMPILE_CACHE: join(ROOT, 'tmp/compile-cache'), ...process.env };
const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env });
process.exit(status ?? 1);

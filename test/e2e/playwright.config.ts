/** End-to-end specs, on Electron or on the stand-in, whichever there is. Run by build/e2e.ts after the build. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  globalSetup: './prepare.ts',
  outputDir: '../../test-results',
  // Bounds for what hangs, not measures of speed: a busy machine takes several times as long as a quiet one.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  // They wait for windows more than they compute.
  workers: 3,
  fullyParallel: true,
  forbidOnly: true,
  reporter: [['./labelled-reporter.ts']],
});

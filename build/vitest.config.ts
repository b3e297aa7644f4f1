import { defineConfig } from 'vitest/config';

/** Unit, property and fault tests on the Node side; the renderer's own run in jsdom. End-to-end specs are Playwright's (test/e2e). */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'node', environment: 'node', include: ['test/**/*.test.ts'], exclude: ['test/renderer/**', 'test/e2e/**', 'test/bench/**'] },
      },
    ],
  },
});

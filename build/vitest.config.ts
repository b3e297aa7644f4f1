import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Lingui's Babel macro finds its configuration by this variable alone.
process.env.LINGUI_CONFIG = fileURLToPath(new URL('../renderer/lingui.config.ts', import.meta.url));
process.env.LINGUI_SUPPRESS_BABEL_WARNING = '1';

// Hundreds of programs are started by the tests: each would parse the same sources again.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../tmp/compile-cache', import.meta.url));

/** Unit, property and fault tests on the Node side; the renderer's own run in jsdom. End-to-end specs are Playwright's (test/e2e). */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // By itself Vitest leaves a core free; with two cores that is half of them.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/bench/**'],
        },
      },
      {
        extends: true,
        plugins: [babel({ presets: [linguiTransformerBabelPreset()] }), react(), lingui()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['test/renderer/**/*.test.tsx'],
          setupFiles: [fileURLToPath(new URL('../test/renderer/jsdom-gaps.ts', import.meta.url))],
          css: false,
          // One environment for all files: each takes seconds to make, and every test cleans up after itself.
          isolate: false,
        },
      },
    ],
  },
});

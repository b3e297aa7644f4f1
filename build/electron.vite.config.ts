/** The desktop's bundles: main and the branch service (ESM), preload (CJS, because a sandboxed preload cannot be ESM), renderer. */
import { fileURLToPath } from 'node:url';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

// Lingui's Babel macro takes its configuration's place from here alone. Its native transform would do without Babel, but comes in an
// optional package that asks for Node 22, and an npm that runs on Node 20 leaves it out.
process.env.LINGUI_CONFIG = at('renderer/lingui.config.ts');
process.env.LINGUI_SUPPRESS_BABEL_WARNING = '1';

export default defineConfig({
  main: {
    // fflate's Node build declares a `require` of its own, which collides with the one that the builder adds. Its browser build is the same
    // without worker threads, and only its synchronous functions are used here.
    resolve: { alias: { fflate: 'fflate/browser' } },
    build: {
      outDir: at('out/main'),
      // Not minified: a stack trace from a branch must be readable.
      minify: false,
      rolldownOptions: {
        input: {
          index: at('electron/main/index.ts'),
          service: at('electron/service/index.ts'),
          'check-worker': at('models/check-worker.ts'),
          'copy-worker': at('branch/backup/copy-worker.ts'),
        },
        // All in one folder: what starts the check process, or the copying thread, looks for it beside itself, and may be in a chunk of its own.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      minify: false,
      // Bundled whole: a sandboxed preload can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: { input: at('electron/preload/index.ts'), output: { format: 'cjs', entryFileNames: 'index.cjs' } },
    },
  },
  renderer: {
    root: at('renderer'),
    // Replaced by a fresh nonce in every answer of app:// (electron/main/setup-scheme.ts).
    html: { cspNonce: 'OUTPOST_CSP_NONCE' },
    plugins: [babel({ presets: [linguiTransformerBabelPreset()] }), react(), lingui()],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      minify: true,
      // font-src and img-src are 'self': no data: URLs.
      assetsInlineLimit: 0,
      rolldownOptions: { input: at('renderer/index.html') },
    },
  },
});

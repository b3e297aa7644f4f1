/** The desktop's bundles: main and the branch service (ESM), preload (CJS, because a sandboxed preload cannot be ESM), renderer. */
import { fileURLToPath } from 'node:url';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const linguiOptions = { configPath: at('renderer/lingui.config.ts') };

export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      // Not minified: a stack trace from a branch must be readable.
      minify: false,
      rolldownOptions: { input: { index: at('electron/main/index.ts'), service: at('electron/service/index.ts') } },
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
    plugins: [babel({ presets: [linguiTransformerBabelPreset(undefined, linguiOptions)] }), react(), lingui(linguiOptions)],
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

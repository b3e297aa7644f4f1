import { fileURLToPath } from 'node:url';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The macro's Babel plugin finds its configuration by this variable alone.
process.env.LINGUI_CONFIG = fileURLToPath(new URL('../../../renderer/lingui.config.ts', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [babel({ presets: [linguiTransformerBabelPreset()] }), react(), lingui()],
  server: { fs: { allow: [fileURLToPath(new URL('../../..', import.meta.url))] } },
});

/** Texts of the screens: English in the source, every other language a PO catalogue in `locales/`. */
import { defineConfig } from '@lingui/cli';

export default defineConfig({
  rootDir: import.meta.dirname,
  sourceLocale: 'en',
  locales: ['en', 'es'],
  catalogs: [{ path: '<rootDir>/locales/{locale}', include: ['<rootDir>'] }],
});

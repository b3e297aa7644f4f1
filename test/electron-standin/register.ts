/** `node --import register.ts …`: 'electron' is the stand-in, from wherever it is imported or required. */
import { registerHooks } from 'node:module';

const standIn = new URL(process.env.STANDIN_CHILD ? './electron-utility.ts' : './electron.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier === 'electron/main') {
      return { url: standIn, format: 'module-typescript', shortCircuit: true };
    }
    // With process.versions.electron set, packages ask for Electron's unpatched fs.
    if (specifier === 'original-fs') return { url: 'node:fs', format: 'builtin', shortCircuit: true };
    return next(specifier, context);
  },
});

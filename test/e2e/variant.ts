/** Variants of the built app: its own main, preload and service, with the probe page in place of the screens; and mutants of them. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from '../../build/root.ts';

const PROBE = join(ROOT, 'out/probe');

/** Text of the built main process that must be there exactly once, and what takes its place. */
export interface Mutation {
  find: string;
  replace: string;
}

function copyShell(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'models'), { recursive: true });
  for (const part of ['main', 'preload']) cpSync(join(ROOT, 'out', part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'models/bundled'), join(folder, 'models/bundled'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'outpost', productName: 'Outpost', version: '0.0.0', type: 'module', main: 'main/index.js' }),
  );
}

/** Builds `out/probe`. @returns its folder */
export async function buildProbe(): Promise<string> {
  copyShell(PROBE);
  await build({
    configFile: false,
    logLevel: 'warn',
    root: join(ROOT, 'test/e2e/probe'),
    base: './',
    html: { cspNonce: 'OUTPOST_CSP_NONCE' },
    build: { outDir: join(PROBE, 'renderer'), emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  // Outside of what the scheme may serve; a spec tries to reach it.
  writeFileSync(join(PROBE, 'secret.json'), '{"secret":true}');
  symlinkSync(join(PROBE, 'secret.json'), join(PROBE, 'renderer/link.json'));
  return PROBE;
}

/** A copy of the probe with one protection taken out. @returns its folder */
export function makeMutant(name: string, { find, replace }: Mutation): string {
  const folder = join(ROOT, 'out', `mutant-${name}`);
  copyShell(folder);
  cpSync(join(PROBE, 'renderer'), join(folder, 'renderer'), { recursive: true, verbatimSymlinks: true });
  const file = join(folder, 'main/index.js');
  const parts = readFileSync(file, 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`mutant ${name}: the built main process has ${parts.length - 1} places with: ${find}`);
  writeFileSync(file, parts.join(replace));
  return folder;
}

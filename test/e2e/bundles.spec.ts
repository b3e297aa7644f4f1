/** What the builder made: who is in which bundle. Nothing is launched. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../build/root.ts';
import { expect, test } from './fixture.ts';

/** Every module that a bundle asks for at run time, through its own chunks. */
function importsOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const asked = [
    ...source.matchAll(/(?:^|[;\n])\s*(?:import|export)\b[^;'"]*?["']([^"'\n]+)["']|\b(?:import|require)\(["']([^"'\n]+)["']\)/g),
  ].map(([, statement, call]) => statement ?? call ?? '');
  return asked.flatMap((name) => (name.startsWith('.') ? importsOf(join(dirname(file), name), seen) : [name]));
}
const packagesOf = (bundle: string): string[] =>
  [...new Set(importsOf(join(ROOT, 'out', bundle)))]
    .filter((name) => !name.startsWith('node:') && !/^(fs|path|os|crypto|url|util|stream|module|events)(\/|$)/.test(name))
    .sort();

test('main asks for Electron and nothing else', () => {
  expect(packagesOf('main/index.js')).toEqual(['electron']);
});
test('the branch service asks for the native packages, and for Electron only to reach the network', () => {
  expect(packagesOf('main/service.js')).toEqual(['better-sqlite3', 'electron', 'hash-wasm', 'onnxruntime-node']);
  expect(readFileSync(join(ROOT, 'out/main/service.js'), 'utf8')).not.toMatch(/from ?["']electron["']/);
});
test('preload is CommonJS and asks for Electron alone', () => {
  expect(packagesOf('preload/index.cjs')).toEqual(['electron']);
  expect(readFileSync(join(ROOT, 'out/preload/index.cjs'), 'utf8')).not.toMatch(/^(import|export) /m);
});

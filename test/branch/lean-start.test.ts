import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../build/root.ts';

/** Imports that are followed before a file runs: neither types nor `import()`. */
const STATIC = /^(?:import|export)\s+(?!type\b)(?:[{*\w][^'";]*?\sfrom\s+)?'([^']+)'/gm;

/** Packages that a file loads before it runs, through all files that it imports, each with the file that asks for it. */
function packagesBehind(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !file.endsWith('.ts')) return [];
  seen.add(file);
  return [...readFileSync(file, 'utf8').matchAll(STATIC)].flatMap(([, name = '']) => {
    if (name.startsWith('.')) return packagesBehind(join(dirname(file), name), seen);
    return name.startsWith('node:') ? [] : [`${name} in ${relative(ROOT, file).replaceAll('\\', '/')}`];
  });
}

const namesOf = (asked: string[]): string[] => [...new Set(asked.map((one) => one.split(' ')[0]!))].sort();

describe('a start', () => {
  it('loads the two native packages and nothing that only a check, a passphrase or an import needs', () => {
    const asked = ['branch/open-branch.ts', 'branch/decide-application.ts', 'electron/service/open-office.ts'].flatMap((file) =>
      packagesBehind(join(ROOT, file)),
    );
    expect(namesOf(asked), asked.join('\n')).toEqual(['better-sqlite3', 'onnxruntime-node']);
  });
  it('is followed through every file: a full load reads graphs, a contract builds schemas', () => {
    expect(namesOf(packagesBehind(join(ROOT, 'models/load-model.ts')))).toContain('@bufbuild/protobuf');
    expect(namesOf(packagesBehind(join(ROOT, 'contract/ipc.ts')))).toContain('zod');
  });
});

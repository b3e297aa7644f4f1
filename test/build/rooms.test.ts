import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The rule's verdict on a small copy of the house that holds one planted file. */
async function violations(house: string): Promise<string[]> {
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [cruiser, '--config', path.join(root, 'build/rooms.cjs'), '--output-type', 'json', '.'];
  const answer = await run(process.execPath, args, { cwd: house, maxBuffer: 1 << 26 }).catch((failed: { stdout: string }) => failed);
  const report = JSON.parse(answer.stdout) as { summary: { violations: { rule: { name: string } }[] }; modules: unknown[] };
  expect(report.modules.length).toBeGreaterThan(1);
  return report.summary.violations.map((violation) => violation.rule.name);
}

describe('the rule of the rooms', () => {
  let house: string;

  beforeAll(() => {
    // Inside the checkout, so that packages resolve as they do for the real rooms.
    mkdirSync(path.join(root, 'tmp'), { recursive: true });
    house = mkdtempSync(path.join(root, 'tmp/house-'));
    for (const [file, text] of Object.entries({
      'contract/words.ts': 'export const word = 1;\n',
      'decision/decide.ts': "import { word } from '../contract/words.ts';\nexport const decide = word;\n",
      'db/open.ts': 'export const open = 1;\nexport type Handle = typeof open;\n',
    })) {
      mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
      writeFileSync(path.join(house, file), text);
    }
  });
  afterAll(() => rmSync(house, { recursive: true, force: true }));

  it('finds nothing in a house that keeps it', async () => {
    expect(await violations(house)).toEqual([]);
  });

  it.each([
    [
      'decision reaches for the database',
      'decision/breach.ts',
      "import { open } from '../db/open.ts';\nexport const x = open;\n",
      'rooms-decision',
    ],
    [
      'decision takes only a type from the database',
      'decision/breach.ts',
      "import type { Handle } from '../db/open.ts';\nexport type X = Handle;\n",
      'rooms-decision',
    ],
    [
      'decision reads the disk',
      'decision/breach.ts',
      "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
      'no-core-modules',
    ],
    [
      'the contract imports a room',
      'contract/breach.ts',
      "import { decide } from '../decision/decide.ts';\nexport const x = decide;\n",
      'rooms-contract',
    ],
    [
      'the verifier borrows from the program that it checks',
      'verifier/breach.ts',
      "import { open } from '../db/open.ts';\nexport const x = open;\n",
      'rooms-verifier',
    ],
    ['the verifier depends on a package', 'verifier/breach.ts', "import { z } from 'zod';\nexport const x = z;\n", 'verifier-stands-alone'],
    [
      'a screen opens the branch',
      'renderer/breach.ts',
      "import { open } from '../db/open.ts';\nexport const x = open;\n",
      'rooms-renderer',
    ],
    [
      'another room than db opens SQLite',
      'branch/breach.ts',
      "import Database from 'better-sqlite3';\nexport const x = Database;\n",
      'owner-of-better-sqlite3',
    ],
    [
      'another room than models runs ONNX',
      'cli/breach.ts',
      "import ort from 'onnxruntime-node';\nexport const x = ort;\n",
      'owner-of-onnxruntime-node',
    ],
    [
      'head office reaches into a branch',
      'headoffice/breach.ts',
      "import { open } from '../branch/open.ts';\nexport const x = open;\n",
      'rooms-headoffice',
      'branch/open.ts',
      'export const open = 1;\n',
    ],
    [
      'another room than those two knows how updates are signed',
      'cli/breach.ts',
      "import models from '@tufjs/models';\nexport const x = models;\n",
      'owner-of--tufjs-models',
    ],
    [
      'another part of the branch than its updates speaks to the repository',
      'branch/breach.ts',
      "import { Updater } from 'tuf-js';\nexport const x = Updater;\n",
      'owner-of-tuf-js',
    ],
    [
      'two files import each other',
      'branch/a.ts',
      "import { b } from './b.ts';\nexport const a = b;\n",
      'no-cycles',
      'branch/b.ts',
      "import { a } from './a.ts';\nexport const b = a;\n",
    ],
  ])('catches it when %s', async (_title, file, text, rule, secondFile?: string, secondText?: string) => {
    const planted = [[file, text], ...(secondFile && secondText ? [[secondFile, secondText]] : [])] as [string, string][];
    for (const [name, content] of planted) {
      mkdirSync(path.dirname(path.join(house, name)), { recursive: true });
      writeFileSync(path.join(house, name), content);
    }
    try {
      expect(await violations(house)).toContain(rule);
    } finally {
      for (const [name] of planted) rmSync(path.join(house, name));
    }
  });
});

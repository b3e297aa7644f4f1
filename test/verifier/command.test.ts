/** The verifier as an auditor starts it: a process of its own, with nothing but Node. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from './judge.ts';
import { exportBundle, SampleLog, signer } from './sample-log.ts';
import { zip } from './sample-zip.ts';

const FOLDER = fileURLToPath(new URL('../../verifier/', import.meta.url));
const LOG = signer('branch-7.example/epoch-1', 1);
const WITNESS = signer('head-office.example', 4);
const SECOND = signer('internal-audit.example', 4);

const room = mkdtempSync(join(tmpdir(), 'outpost-command-'));
afterAll(() => rmSync(room, { recursive: true }));

const log = new SampleLog(LOG);
log.decide();
const NEWEST = log.checkpoint(2, [[WITNESS, 1_700_000_000]]);

beforeAll(() => {
  // Away from the repository: what it needs of it would be missing.
  cpSync(FOLDER, join(room, 'verifier'), { recursive: true });
  writeFileSync(join(room, 'bundle.zip'), zip(exportBundle(log, { newest: NEWEST })));
  writeFileSync(join(room, 'broken.zip'), 'PK');
  writeFiles(join(room, 'tiles'), new Map([...log.tiles(), ['checkpoint', Buffer.from(NEWEST)]]));
  writeFileSync(join(room, 'receipt'), log.receipt(1));
});

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, ['verifier/main.ts', ...args], { cwd: room, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

describe('the command', () => {
  it('tells a person what is proven, what is not, and what could never be detected', () => {
    const { code, out, err } = run('bundle.zip', '--vkey', LOG.vkey, '--witness', WITNESS.vkey, '--receipt', 'receipt');
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/^INTACT: .*\n\nProven:\n {2}\+ .*\n\nNot proven:\n {2}- .*\n\nWhat could never be detected:\n {2}~ /s);
  });

  it('tells a program the same', () => {
    const { code, out } = run('tiles', '--witness', WITNESS.vkey, '--witness', SECOND.vkey, '--quorum', '1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'intact', exitCode: 0, evidence: 'tiles', size: 2, countersigned: 2, quorum: 1 });
  });

  it('leaves with the code of the verdict', () => {
    expect(run('bundle.zip').code).toBe(2);
    expect(run('bundle.zip', '--vkey', signer(LOG.name, 1, 'thief').vkey).code).toBe(1);
    expect(run('broken.zip').code).toBe(3);
    expect(run('nowhere').out).toContain('there is nothing at nowhere.');
    expect(run('bundle.zip', '--receipt', 'nowhere')).toMatchObject({ code: 3 });
  });

  it('ends with no verdict when nobody reads it any more', () => {
    const shell = `${process.execPath} verifier/main.ts tiles | true; exit \${PIPESTATUS[0]}`;
    expect([2, 3]).toContain(spawnSync('bash', ['-c', shell], { cwd: room }).status);
  });

  it('refuses wrong use, and one witness under two names', () => {
    const twin = signer('other-name.example', 4, WITNESS.name);
    const wrong = [
      [],
      ['--wrong'],
      ['bundle.zip', '--vkey', WITNESS.vkey],
      ['bundle.zip', '--quorum', '1'],
      ['bundle.zip', '--witness', WITNESS.vkey, '--witness', twin.vkey],
    ];
    for (const args of wrong) {
      const { code, out, err } = run(...args);
      expect([args, code, out]).toEqual([args, 3, '']);
      expect(err).toContain('Usage: node main.ts');
    }
    expect(run('--help')).toMatchObject({ code: 0 });
  });
});

describe('the package', () => {
  it('imports nothing but its own files and Node', () => {
    const sources = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
    for (const name of sources) {
      const source = readFileSync(join(FOLDER, name), 'utf8');
      expect(source).not.toMatch(/\bimport\(|\brequire\b/);
      const imports = [...source.matchAll(/^(?:import|export|\}).* from '([^']+)';$/gm)].map((match) => match[1]!);
      expect([name, imports.length]).toEqual([name, source.match(/^import/gm)?.length ?? 0]);
      for (const from of imports) {
        const isOwn = from.startsWith('./') && sources.includes(from.slice(2));
        expect([name, from, isOwn || (from.startsWith('node:') && builtinModules.includes(from.slice(5)))]).toEqual([name, from, true]);
      }
    }
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect([dependencies, devDependencies]).toEqual([undefined, undefined]);
  });
});

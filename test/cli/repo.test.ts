import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { buildProgram } from '../../cli/program.ts';
import { Failed } from '../../contract/failure.ts';
import type { CalendarLine } from '../../headoffice/publish/calendar.ts';
import { BUNDLED_DIR } from '../support/office.ts';
import { type Run, runOutpost } from '../support/run-outpost.ts';

const KEYS = ['root-a', 'root-b', 'root-c', 'targets-a', 'models-a', 'policy-a', 'policy-b', 'app-a', 'snapshot-a', 'timestamp-a'];
const POLICY = join(BUNDLED_DIR, 'instalment-loan/policy.json');
const CHAMPION = join(BUNDLED_DIR, 'instalment-loan/champion');

const root = mkdtempSync(join(tmpdir(), 'outpost-repo-'));
const repo = join(root, 'updates');
const keyFile = (name: string) => join(root, 'keys', `${name}.pem`);
const keysOf = (...names: string[]) => names.flatMap((name) => ['--key', keyFile(name)]);

const said = vi.hoisted(() => ({ stdout: '', stderr: '' }));
vi.mock('../../cli/print.ts', () => ({
  say: (text: string) => {
    said.stderr += `${text}\n`;
  },
  printData: (text: string) => {
    said.stdout += text;
  },
  printJson: (value: unknown) => {
    said.stdout += JSON.stringify(value);
  },
}));

/** In this process: dozens of commands make one ceremony, and each would start a program of its own. */
async function run(args: readonly string[], passphrase = 'four blue wooden boats'): Promise<Run> {
  const file = join(root, 'passphrase');
  writeFileSync(file, `${passphrase}\n`);
  vi.stubEnv('OUTPOST_KEY_PASSPHRASE_FILE', file);
  said.stdout = '';
  said.stderr = '';
  let code: number | null = null;
  try {
    await buildProgram((given) => {
      code = given;
    }).parseAsync(['repo', ...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    code = exitCodeOf(error.failure.kind);
    said.stderr += error.message;
  }
  return { code, ...said };
}

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args);
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
  return `${stdout}${stderr}`;
}

const status = async (): Promise<CalendarLine[]> => JSON.parse((await run(['status', '--repo', repo, '--json'])).stdout) as CalendarLine[];
const lineOf = async (role: string) => (await status()).find((line) => line.role === role)!;
const channels = async () => JSON.parse((await run(['channel', '--repo', repo])).stdout) as Record<string, never>;
const publishing = ['publish', '--repo', repo, ...keysOf('snapshot-a', 'timestamp-a')];

beforeAll(async () => {
  mkdirSync(join(root, 'keys'));
  for (const name of KEYS) await done('key', '--role', name.split('-')[0]!, '--out', keyFile(name));
  await done('init', '--repo', repo, '--keys', join(root, 'keys'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

describe('the ceremony at the command line', { timeout: 120_000 }, () => {
  it('publishes nothing before everybody has signed, two of them root and policy on copies of their own', async () => {
    const early = await run(publishing);
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('root has 0 of the 2 signatures')]);
    const stick = join(root, 'stick');
    cpSync(repo, stick, { recursive: true });
    const one = await done('sign', '--repo', repo, '--role', 'root', ...keysOf('root-a'));
    expect(one).toContain('root needs more signatures');
    const other = await done('sign', '--repo', stick, '--role', 'root', ...keysOf('root-c'));
    const digest = /SHA-256 of what is signed: ([0-9a-f]{64})/;
    expect(digest.exec(one)?.[1]).toBe(digest.exec(other)?.[1]);
    expect(await done('collect', '--repo', repo, '--from', stick)).toContain('root: 1 new signature, complete');
    for (const role of ['targets', 'models', 'app']) await done('sign', '--repo', repo, '--role', role, ...keysOf(`${role}-a`));
    await done('sign', '--repo', repo, '--role', 'policy', ...keysOf('policy-a'));
    expect((await run(publishing)).stderr).toContain('policy has 1 of the 2 signatures');
    await done('sign', '--repo', repo, '--role', 'policy', ...keysOf('policy-b'));
    await done(...publishing);
    expect(readdirSync(join(repo, 'public/metadata')).sort()).toEqual(
      ['1.app.json', '1.models.json', '1.policy.json', '1.root.json', '1.snapshot.json', '1.targets.json', 'timestamp.json'].sort(),
    );
    expect((await status()).map(({ role, daysLeft, state }) => [role, daysLeft, state])).toEqual([
      ['root', 1094, 'valid'],
      ['targets', 364, 'valid'],
      ['snapshot', 59, 'valid'],
      ['timestamp', 59, 'valid'],
      ['models', 364, 'valid'],
      ['policy', 179, 'valid'],
      ['app', 364, 'valid'],
    ]);
  });

  it('refuses a key of another role, a wrong passphrase, and a passphrase that is soon guessed', async () => {
    await done('renew', '--repo', repo, '--role', 'targets');
    const foreign = await run(['sign', '--repo', repo, '--role', 'targets', ...keysOf('models-a')]);
    expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining('does not sign targets')]);
    const wrong = await run(['sign', '--repo', repo, '--role', 'targets', ...keysOf('targets-a')], 'five blue wooden boats');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('does not open')]);
    await done('discard', '--repo', repo, '--role', 'targets');
    const short = await run(['key', '--role', 'app', '--out', keyFile('short')], 'short');
    expect([short.code, existsSync(keyFile('short'))]).toEqual([2, false]);
    const again = await run(['key', '--role', 'app', '--out', keyFile('app-a')]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('there already')]);
  });

  it('adds a model and a policy as a branch would check them, and says whom they reach', async () => {
    const archive = join(root, 'champion.zip');
    writeFileSync(archive, zipSync(filesUnder(CHAMPION)));
    const model = /^models\/\S+\.zip/m.exec(await done('add', '--repo', repo, '--model', archive))?.[0] ?? '';
    const policy = /^policy\/\S+\.json/m.exec(await done('add', '--repo', repo, '--policy', POLICY))?.[0] ?? '';
    await done('channel', model, '--repo', repo, '--percentage', '10', '--branches', 'madrid-01,madrid-02', '--tags', 'pilot');
    await done('channel', policy, '--repo', repo, '--percentage', '100', '--activate-from', '2027-01-01T06:00:00+01:00');
    const seen = await run(['sign', '--repo', repo, '--role', 'policy', ...keysOf('policy-a', 'policy-b')]);
    expect(seen.stderr).toMatch(/\+ policy\/stable\.json[\s\S]*"activateFrom": "2027-01-01T05:00:00\.000Z"/);
    await done('sign', '--repo', repo, '--role', 'models', ...keysOf('models-a'));
    await done(...publishing);
    expect(await channels()).toMatchObject({
      'models/stable.json': {
        products: {
          'instalment-loan': {
            champion: [
              { file: model, rollout: { state: 'rolling', percentage: 10, branches: ['madrid-01', 'madrid-02'], tags: ['pilot'] } },
            ],
          },
        },
      },
      'policy/stable.json': { products: { 'instalment-loan': [{ file: policy, activateFrom: '2027-01-01T05:00:00.000Z' }] } },
    });
    await done('channel', model, '--repo', repo, '--percentage', '100');
    await done('channel', model, '--repo', repo, '--halt');
    expect(JSON.stringify(await channels())).toContain('{"state":"halted","percentage":100,"branches":["madrid-01","madrid-02"]');
    await done('channel', model, '--repo', repo, '--withdraw');
    expect(JSON.stringify(await channels())).toContain('"state":"withdrawn"');
    await done('discard', '--repo', repo, '--role', 'models');
  });

  it('refuses a package that a branch would refuse', async () => {
    const files = filesUnder(CHAMPION);
    files['model.onnx'] = Buffer.from('no graph');
    const archive = join(root, 'broken.zip');
    writeFileSync(archive, zipSync(files));
    const broken = await run(['add', '--repo', repo, '--model', archive]);
    expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining('model.onnx')]);
    expect((await lineOf('models')).staged).toBe(null);
  });

  it('adds an installer with its block map, by version, for one platform, and takes no step back by accident', async () => {
    const installer = (version: string) => {
      const file = join(root, `Outpost-${version}.exe`);
      writeFileSync(file, `installer ${version}`);
      writeFileSync(`${file}.blockmap`, 'map');
      return ['add', '--repo', repo, '--app', file, '--app-version', version, '--blockmap', `${file}.blockmap`];
    };
    await done(...installer('1.1.0'));
    const released = ['channel', 'app/outpost-1.1.0.exe', '--repo', repo, '--platform', 'win32-x64'];
    expect((await run(released)).stderr).toContain('has no notes');
    await done(...released, '--notes', 'Starts faster', '--percentage', '100');
    expect((await channels())['app/stable-win32-x64.json']).toMatchObject({
      releases: [{ version: '1.1.0', file: 'app/outpost-1.1.0.exe', blockmap: 'app/outpost-1.1.0.exe.blockmap', blockMapSize: null }],
    });
    await done('sign', '--repo', repo, '--role', 'app', ...keysOf('app-a'));
    await done(...publishing);
    await done(...installer('1.0.0'));
    const back = ['channel', 'app/outpost-1.0.0.exe', '--repo', repo, '--platform', 'win32-x64', '--notes', 'As it was'];
    const refused = await run(back);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('would go back from 1.1.0 to 1.0.0')]);
    await done(...back, '--allow-downgrade');
    await done('discard', '--repo', repo, '--role', 'app');
    writeFileSync(join(root, 'Outpost-1.1.0.exe'), 'installer 1.1.0, but another');
    const changed = await run(['add', '--repo', repo, '--app', join(root, 'Outpost-1.1.0.exe'), '--app-version', '1.1.0']);
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('published already, with other bytes')]);
  });

  it('signs snapshot and timestamp again with nothing staged, and counts their versions up', async () => {
    const before = (await lineOf('timestamp')).version!;
    expect(await done(...publishing)).toContain('Nothing was staged');
    expect((await lineOf('timestamp')).version).toBe(before + 1);
  });

  it('replaces a stolen timestamp key once root is signed, and the old key publishes nothing any more', async () => {
    await done('key', '--role', 'timestamp', '--out', keyFile('timestamp-b'));
    await done('rotate', '--repo', repo, '--role', 'timestamp', '--public', join(root, 'keys/timestamp-b.pub.json'));
    await done('sign', '--repo', repo, '--role', 'root', ...keysOf('root-b', 'root-c'));
    const old = await run(publishing);
    expect([old.code, old.stderr]).toEqual([2, expect.stringContaining('The keys given do not sign timestamp')]);
    await done('publish', '--repo', repo, ...keysOf('snapshot-a', 'timestamp-b'));
    expect((await lineOf('root')).version).toBe(2);
    const { keys } = await lineOf('timestamp');
    expect(readFileSync(keyFile('timestamp-b'), 'utf8')).toContain(`Key: ${keys[0]}`);
  });
});

describe('as a program of its own', () => {
  it('says what is due by its exit code, and data on stdout alone', async () => {
    const fresh = await runOutpost(['repo', 'status', '--repo', repo, '--json']);
    expect([fresh.code, fresh.stderr]).toEqual([0, '']);
    expect((JSON.parse(fresh.stdout) as CalendarLine[]).map(({ role }) => role)).toContain('policy');
    const missing = await runOutpost(['repo', 'status', '--repo', join(root, 'nowhere')]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('There is no repository')]);
  });
});

function filesUnder(folder: string): Record<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}

/** kill -9 before each call that a refresh and a download make on files: the chain before or the new one verifies, and the next check goes through. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignedRepository } from '../support/signed-repository.ts';
import { openedUpdates, release, UpdateTrial } from '../support/updating-branch.ts';

const SOME = 16;

const trial = new UpdateTrial();
const folder = join(trial.root, 'killed');
const root = join(trial.root, 'root.json');
let repository: SignedRepository;
let seen: string;

beforeAll(async () => {
  repository = release(trial.repository(), { model: '1.0.0' });
  writeFileSync(root, repository.root(1));
  seen = trial.branchFolder();
  await openedUpdates(seen, repository.root(1), { repository: repository.public }).refresh();
  // What changes meanwhile: keys, a model, a channel.
  repository.rotate('timestamp');
  release(repository, { model: '1.1.0' });
});
afterAll(() => trial.remove());

function run(at: number): { told: string; killed: boolean; calls: number } {
  rmSync(folder, { recursive: true, force: true });
  cpSync(seen, folder, { recursive: true });
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      pathToFileURL(join(import.meta.dirname, 'kill-at-call.ts')).href,
      join(import.meta.dirname, 'refresh-updates.ts'),
      folder,
      root,
      repository.public,
    ],
    { encoding: 'utf8', env: { ...process.env, OUTPOST_KILL_AT: String(at) } },
  );
  return { told: stdout, killed: signal === 'SIGKILL', calls: Number(/^calls (\d+)$/m.exec(stderr)?.[1] ?? 0) };
}

describe('kill -9 during a check for updates', () => {
  it('leaves a chain that verifies, and the next check brings everything', { timeout: 240_000 }, async () => {
    const whole = run(0);
    expect(whole).toMatchObject({ told: 'done', killed: false });
    // Some of them: each costs a start of the program.
    for (let at = 1; at <= whole.calls; at += Math.max(1, Math.ceil(whole.calls / SOME))) {
      expect(run(at).killed, `call ${at}`).toBe(true);
      const updates = openedUpdates(folder, repository.root(1), { repository: repository.public });
      // Between a new root and what its keys sign, the chain before no longer counts: its timestamp's key was revoked.
      const { timestamp = 0 } = updates.chain().metadata;
      expect([0, 2, 3], `call ${at}`).toContain(timestamp);
      expect((await updates.refresh()).failure, `call ${at}`).toBeNull();
      expect(updates.chain().metadata).toMatchObject({ root: 2, timestamp: 3 });
      expect(await updates.downloadTarget('models/scorecard/1.1.0.zip')).toHaveProperty('file');
      expect(readdirSync(join(folder, 'chain')).filter((name) => name.startsWith('staging'))).toEqual([]);
    }
  });
});

/** The walk-through of `npm start` and `npm run tour`, so that it does not stop half-way one day. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { expect, test } from './fixture.ts';

const run = promisify(execFile);

test('the walk-through decides, shows every screen, and leaves its pictures', async () => {
  test.slow();
  const out = mkdtempSync(join(tmpdir(), 'outpost-tour-'));
  try {
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'build/tour.ts'), '--out', out]);
    expect(stdout).toMatch(/APPROVE\n.*\n.*Amina Wanjiru/);
    expect(stdout).toMatch(/Stored as entry \d+\n\s+[0-9a-f]{64}/);
    expect(readdirSync(out).sort()).toEqual(
      [
        'application',
        'audit',
        'audit-activity',
        'audit-entry',
        'audit-verify',
        'backups',
        'decision',
        'decision-dark',
        'decision-declined',
        'decision-referred',
        'decision-spanish',
        'decision-spanish-dark',
        'decisions',
        'decisions-dark',
        'first-start',
        'log',
        'model',
        'people',
        'personal-loan',
        'privacy',
        'receipt',
        'review',
        'reviews',
        'sign-in',
        'updates',
      ]
        .map((name) => `${name}.png`)
        .sort(),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

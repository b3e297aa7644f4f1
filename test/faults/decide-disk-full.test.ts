import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Offices } from '../support/office.ts';
import { runOutpost } from '../support/run-outpost.ts';

const offices = new Offices();
const disk = offices.path('disk');
let mounted = false;
beforeAll(async () => {
  await offices.make('now');
  mkdirSync(disk);
  // The office, the reserve of 64 MiB below which nothing is decided, and a little more.
  mounted = process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=74m', 'tmpfs', disk]).status === 0;
});
afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  offices.remove();
});

describe('a disk that fills during outpost decide', () => {
  it('stops with a clear message, keeps what was given out, and the log verifies', async ({ skip }) => {
    skip(!mounted, 'this user may not mount a small disk');
    const office = `${disk}/office`;
    cpSync(offices.copy(), office, { recursive: true });
    const input = offices.path('batch.csv');
    const row = '9,rent,60,no,fixed,73,129,0,0,800,846';
    writeFileSync(
      input,
      ['Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price', ...Array.from({ length: 20_000 }, () => row)].join('\n'),
    );
    const out = offices.path('out.csv');
    const run = await runOutpost(['decide', input, '--product', 'instalment-loan', '--data', office, '--out', out]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('The disk is nearly full.');
    expect(run.stderr).toContain('Free space on this disk');
    const rows = readFileSync(out, 'utf8').trimEnd().split('\n').slice(1);
    expect(rows.length).toBeGreaterThan(0);
    expect(run.stderr).toContain(`${rows.length} stored as entries`);
    const verified = await runOutpost(['log', 'verify', '--data', office, '--json']);
    // Intact, with a tail that nobody has countersigned.
    expect(verified.code).toBe(2);
    expect(JSON.parse(verified.stdout)).toMatchObject({ size: rows.length + 9, findings: [] });
    expect((await runOutpost(['doctor', '--data', office])).stdout).toMatch(/(WRONG|watch) +disk/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../branch/updates/compare-versions.ts';
import { chooseRelease, placeInRollout, reaches } from '../../../branch/updates/rollout.ts';
import type { Rollout } from '../../../contract/channel.ts';

const rolling = (percentage: number, more: Partial<Rollout> = {}): Rollout => ({
  state: 'rolling',
  percentage,
  branches: [],
  tags: [],
  ...more,
});
const asking = { branch: 'branch-7', tags: ['pilot'] };
const [newer, older] = [
  { id: 'champion 2', rollout: rolling(100) },
  { id: 'champion 1', rollout: rolling(100) },
];
const withState = (state: Rollout['state'], release = newer) => ({ ...release, rollout: rolling(100, { state }) });

describe('a rollout', () => {
  it('reaches about as many branches as its percentage says, and shuffles anew for another release', () => {
    const branches = Array.from({ length: 4000 }, (_, i) => `branch-${i}`);
    const reached = (id: string) => branches.filter((branch) => reaches({ id, rollout: rolling(25) }, { branch, tags: [] }));
    const [a, b] = [reached('a'), new Set(reached('b'))];
    expect(a.length).toBeGreaterThan(900);
    expect(a.length).toBeLessThan(1100);
    expect(a.filter((branch) => b.has(branch)).length).toBeLessThan(350);
  });
  it('keeps whoever it reached when the percentage is raised, and reaches all at 100 and nobody at 0', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (branch, id, a, b) => {
          const who = { branch, tags: [] };
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          if (reaches({ id, rollout: rolling(low) }, who)) expect(reaches({ id, rollout: rolling(high) }, who)).toBe(true);
          expect(reaches({ id, rollout: rolling(100) }, who)).toBe(true);
          expect(reaches({ id, rollout: rolling(0) }, who)).toBe(false);
        },
      ),
    );
  });
  it('is the same on every PC for ever: changing it would shuffle what half the branches have', () => {
    expect(placeInRollout('branch-7', 'champion instalment-loan scorecard 1.1.0 0')).toBeCloseTo(77.27435944, 6);
  });
  it('reaches a branch that is named or has a tag, whatever the percentage', () => {
    expect(reaches({ id: 'x', rollout: rolling(0, { branches: ['branch-7'] }) }, asking)).toBe(true);
    expect(reaches({ id: 'x', rollout: rolling(0, { tags: ['pilot'] }) }, asking)).toBe(true);
    expect(reaches({ id: 'x', rollout: rolling(0, { branches: ['branch-8'], tags: ['rural'] }) }, asking)).toBe(false);
  });
});

describe('the release that a branch takes', () => {
  it('is the newest that reaches it, else the one before', () => {
    expect(chooseRelease([newer, older], asking, null).release).toBe(newer);
    expect(chooseRelease([{ ...newer, rollout: rolling(0) }, older], asking, null).release).toBe(older);
    expect(chooseRelease([], asking, null).release).toBeNull();
  });
  it('when halted stays with whoever has it, and comes to nobody else', () => {
    expect(chooseRelease([withState('halted'), older], asking, newer.id).release?.id).toBe(newer.id);
    expect(chooseRelease([withState('halted'), older], asking, older.id).release).toBe(older);
    expect(chooseRelease([withState('halted'), older], asking, null).release).toBe(older);
  });
  it('when withdrawn gives way to the next in the list, with the signed word to go back', () => {
    expect(chooseRelease([withState('withdrawn'), older], asking, newer.id)).toEqual({ release: older, goesBack: true });
    expect(chooseRelease([withState('withdrawn'), older], asking, older.id)).toEqual({ release: older, goesBack: false });
    expect(chooseRelease([withState('withdrawn')], asking, newer.id)).toEqual({ release: null, goesBack: true });
  });
  it('stays when the percentage is lowered below a branch that has it', () => {
    expect(chooseRelease([{ ...newer, rollout: rolling(0) }, older], asking, newer.id).release?.id).toBe(newer.id);
  });
});

describe('versions', () => {
  it('are ordered as Semantic Versioning 2.0.0, clause 11, says', () => {
    const ordered = [
      '0.9.0',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.10',
      '1.2.0',
      '10.0.0',
    ];
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries()) expect(Math.sign(compareVersions(a, b)), `${a} ${b}`).toBe(Math.sign(i - j));
  });
});

/** Whom a release reaches. Pure: the same branch and release always give the same answer, on every PC and at every check. */
import { createHash } from 'node:crypto';
import type { Rollout } from '../../contract/channel.ts';

/** The branch that asks. */
export interface Asking {
  branch: string;
  tags: readonly string[];
}

/** Of a release, for its place in the rollout: what it is of, and which. */
export interface Named {
  rollout: Rollout;
  id: string;
}

const BUCKETS = 2 ** 48;

/** Where the branch stands among all for this release, 0 to below 100. Another release shuffles anew: the same branches are not always first. */
export function placeInRollout(branch: string, release: string): number {
  const digest = createHash('sha256')
    .update(JSON.stringify(['outpost/rollout/1', branch, release]))
    .digest();
  return (digest.readUIntBE(0, 6) / BUCKETS) * 100;
}

/** Raising the percentage keeps everyone who was reached before. */
export function reaches({ rollout: { percentage, branches, tags }, id }: Named, { branch, tags: own }: Asking): boolean {
  return branches.includes(branch) || tags.some((tag) => own.includes(tag)) || placeInRollout(branch, id) < percentage;
}

/**
 * The release that a branch takes of a place's releases, newest first.
 * @param held id of what it has; null: nothing of this place
 * @returns `held` itself where it stays; null: none reaches it. `goesBack`: what it has was withdrawn, which is the signed word to leave it
 */
export function chooseRelease<R extends Named>(
  releases: readonly R[],
  asking: Asking,
  held: string | null,
): { release: R | null; goesBack: boolean } {
  let goesBack = false;
  for (const release of releases) {
    const isHeld = release.id === held;
    if (release.rollout.state === 'withdrawn') {
      goesBack ||= isHeld;
      continue;
    }
    // Halted: whoever has it keeps it, nobody else gets it. So does a branch that a lowered percentage would no longer reach.
    if (isHeld) return { release, goesBack: false };
    if (release.rollout.state === 'rolling' && reaches(release, asking)) return { release, goesBack };
  }
  return { release: null, goesBack };
}

/** The three ways in which signing says no. */
import { Failed } from '../../contract/failure.ts';

type Facts = Record<string, string | number>;
const NOTHING_PUBLISHED = 'Nothing was published: what branches see is unchanged.';

/** Signing it would weaken the repository, or mislead every branch. */
export function unsafe(happened: string, next: string, facts: Facts = {}): Failed {
  return new Failed({ kind: 'repository-unsafe', happened, safe: NOTHING_PUBLISHED, next, facts });
}

/** It is not signed by everybody who must, or not there yet. */
export function unfinished(happened: string, next: string, facts: Facts = {}): Failed {
  return new Failed({ kind: 'repository-unfinished', happened, safe: NOTHING_PUBLISHED, next, facts });
}

export function keyWrong(happened: string, next: string, facts: Facts = {}): Failed {
  return new Failed({ kind: 'key-wrong', happened, safe: 'Nothing was signed.', next, facts });
}

export function malformed(happened: string, next: string, facts: Facts = {}): Failed {
  return new Failed({ kind: 'file-malformed', happened, safe: NOTHING_PUBLISHED, next, facts });
}
